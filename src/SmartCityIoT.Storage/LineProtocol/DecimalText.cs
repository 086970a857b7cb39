using System.Buffers.Text;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>Writes raw integers as the exact decimals that they stand for. Doubles never come into it, so nothing is rounded.</summary>
internal static class DecimalText
{
    /// <summary>Most bytes of one number: sign, the 29 digits of 2^63 × 2^31, a leading zero and the point.</summary>
    public const int MaxLength = 32;

    /// <summary>Most digits after the point, as in <see cref="Telemetry.Sectors.DecimalScale.Digits"/>.</summary>
    private const int MaxDigits = 9;

    private static readonly ulong[] PowersOfTen = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>Writes an integer and answers its length.</summary>
    public static int WriteInteger(Span<byte> destination, long value)
    {
        Utf8Formatter.TryFormat(value, destination, out var written);
        return written;
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
