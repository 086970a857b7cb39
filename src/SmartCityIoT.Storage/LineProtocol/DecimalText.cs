using System.Buffers.Text;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>Writes raw integers as the exact decimals that they stand for. Doubles never come into it, so nothing is rounded.</summary>
internal static class DecimalText
{
    /// <summary>Most bytes of one number: sign, the 29 digits of 2^63 × 2^31, a leading zero and the point.</summary>
    public const int MaxLength = 32;

    /// <summary>Most digits after the point, as in <see cref="Telemetry.Sectors.DecimalScale.Digits"/>.</summary>
    private const int MaxDigits = 9;

    private const long SixteenDigits = 1_000_000_000_000_000;

    private static readonly ulong[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>The text of 0 to 99 with two digits each: half as many divisions as digits.</summary>
    private static ReadOnlySpan<byte> Pairs =>
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"u8;

    /// <summary>Writes an integer and answers its length.</summary>
    public static int WriteInteger(Span<byte> destination, long value)
    {
        if ((ulong)value <= uint.MaxValue) return WriteSmall(destination, (uint)value);
        Utf8Formatter.TryFormat(value, destination, out var written);
        return written;
    }

    /// <summary>Writes a time in Unix microseconds, which has sixteen digits from 2001 to 2286, and answers its length.</summary>
    public static int WriteTime(Span<byte> destination, long microseconds)
    {
        if (microseconds is < SixteenDigits or >= SixteenDigits * 10) return WriteInteger(destination, microseconds);
        var (high, low) = Math.DivRem((ulong)microseconds, 100_000_000);
        WriteEight(destination, (uint)high);
        WriteEight(destination[8..], (uint)low);
        return 16;
    }

    /// <summary>
    /// Writes raw × multiplier × 10^−digits and answers its length. With <paramref name="digits"/> of 1 or more there is always a point, with
    /// exactly that many digits behind it and at least one before it: 84000 with 3 is <c>84.000</c>, −5 with 3 is <c>-0.005</c>.
    /// </summary>
    public static int Write(Span<byte> destination, long raw, int multiplier, int digits)
    {
        var mantissa = raw;
        if (multiplier != 1)
        {
            var high = Math.BigMul(raw, multiplier, out var low);

            // The product fits 64 bits exactly when the upper half only repeats the sign.
            if (high != low >> 63) return WriteWide(destination, (Int128)raw * multiplier, digits);
            mantissa = low;
        }

        if (digits == 0) return WriteInteger(destination, mantissa);
        if ((ulong)mantissa <= uint.MaxValue && digits <= 3) return WriteSmall(destination, (uint)mantissa, digits);

        var length = 0;
        var magnitude = (ulong)mantissa;
        if (mantissa < 0)
        {
            destination[length++] = (byte)'-';
            magnitude = 0 - magnitude;
        }

        var (whole, fraction) = Math.DivRem(magnitude, PowersOfTen[digits]);
        Utf8Formatter.TryFormat(whole, destination[length..], out var written);
        length += written;
        destination[length] = (byte)'.';
        for (var at = length + digits; at > length; at--)
        {
            (fraction, var digit) = Math.DivRem(fraction, 10);
            destination[at] = (byte)('0' + digit);
        }

        return length + 1 + digits;
    }

    // Divisors that the compiler knows become multiplications.
    private static int WriteSmall(Span<byte> destination, uint mantissa, int digits)
    {
        uint whole;
        int length;
        switch (digits)
        {
            case 1:
                whole = mantissa / 10;
                length = WriteSmall(destination, whole);
                destination[length + 1] = (byte)('0' + (mantissa - (whole * 10)));
                break;
            case 2:
                whole = mantissa / 100;
                length = WriteSmall(destination, whole);
                WritePair(destination[(length + 1)..], mantissa - (whole * 100));
                break;
            default:
                whole = mantissa / 1_000;
                length = WriteSmall(destination, whole);
                var fraction = mantissa - (whole * 1_000);
                destination[length + 1] = (byte)('0' + (fraction / 100));
                WritePair(destination[(length + 2)..], fraction % 100);
                break;
        }

        destination[length] = (byte)'.';
        return length + 1 + digits;
    }

    private static int WriteSmall(Span<byte> destination, uint value)
    {
        if (value < 10)
        {
            destination[0] = (byte)('0' + value);
            return 1;
        }

        var length = LengthOf(value);
        var at = length;
        while (value >= 100)
        {
            var rest = value / 100;
            at -= 2;
            WritePair(destination[at..], value - (rest * 100));
            value = rest;
        }

        if (value >= 10) WritePair(destination, value);
        else destination[0] = (byte)('0' + value);
        return length;
    }

    private static int LengthOf(uint value) => value switch
    {
        < 100 => 2,
        < 1_000 => 3,
        < 10_000 => 4,
        < 100_000 => 5,
        < 1_000_000 => 6,
        < 10_000_000 => 7,
        < 100_000_000 => 8,
        < 1_000_000_000 => 9,
        _ => 10,
    };

    private static void WriteEight(Span<byte> destination, uint value)
    {
        var high = value / 10_000;
        var low = value - (high * 10_000);
        WritePair(destination, high / 100);
        WritePair(destination[2..], high % 100);
        WritePair(destination[4..], low / 100);
        WritePair(destination[6..], low % 100);
    }

    private static void WritePair(Span<byte> destination, uint value) => Pairs.Slice((int)value * 2, 2).CopyTo(destination);

    private static int WriteWide(Span<byte> destination, Int128 mantissa, int digits)
    {
        Span<byte> reversed = stackalloc byte[MaxLength + MaxDigits];
        var magnitude = (UInt128)Int128.Abs(mantissa);
        var count = 0;
        while (magnitude != 0 || count <= digits)
        {
            if (count == digits && digits > 0) reversed[count++] = (byte)'.';
            (magnitude, var digit) = UInt128.DivRem(magnitude, 10);
            reversed[count++] = (byte)('0' + (int)digit);
        }

        if (mantissa < 0) reversed[count++] = (byte)'-';
        reversed[..count].Reverse();
        reversed[..count].CopyTo(destination);
        return count;
    }
}
