using System.Globalization;

namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>A field's scale as an exact decimal, <c>Multiplier × 10^−Digits</c>: 0.5 is (5, 1), 0.001 is (1, 3).</summary>
/// <param name="Multiplier">1 or more, without a factor of ten where <paramref name="Digits"/> is over 0.</param>
/// <param name="Digits">Decimal places of the physical value, 0 to 9.</param>
public readonly record struct DecimalScale(int Multiplier, int Digits)
{
    /// <summary>Most decimal places that a scale may have.</summary>
    public const int MaxDigits = 9;

    private static readonly double[] PowersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    public static DecimalScale One { get; } = new(1, 0);

    /// <summary>The double nearest to raw × scale.</summary>
    public double ToPhysical(long raw)
    {
        // Both operands are exact below 2^53, so that the one division rounds once and correctly.
        var mantissa = (Int128)raw * Multiplier;
        if (mantissa < 1L << 53 && mantissa > -(1L << 53))
        {
            return (double)(long)mantissa / PowersOfTen[Digits];
        }

        return double.Parse(mantissa.ToString(CultureInfo.InvariantCulture) + "E-" + Digits, CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes that <see cref="TryFormat"/> needs at most: a sign, 29 digits of 64 × 31 bits, a point and leading zeros.</summary>
    public const int MaxTextLength = 48;

    /// <summary>
    /// Writes raw × scale exactly, as a plain decimal without exponent and without trailing zeros: 84213 at 0.001 is <c>84.213</c>,
    /// 440 at 1 is <c>440</c>. False when the destination is too small.
    /// </summary>
    public bool TryFormat(long raw, Span<byte> destination, out int written)
    {
        written = 0;
        var negative = raw < 0;
        var mantissa = (UInt128)(negative ? -(Int128)raw : raw) * (uint)Multiplier;
        var places = Digits;
        while (places > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            places--;
        }

        // From the last digit to the first, so that the point falls where it must without a second pass.
        Span<byte> text = stackalloc byte[MaxTextLength];
        var start = text.Length;
        for (var place = 0; place <= places || mantissa != 0; place++)
        {
            if (place == places && place > 0) text[--start] = (byte)'.';
            (mantissa, var digit) = mantissa <= ulong.MaxValue ? Split((ulong)mantissa) : UInt128.DivRem(mantissa, 10);
            text[--start] = (byte)('0' + (int)digit);
        }

        if (negative) text[--start] = (byte)'-';
        if (!text[start..].TryCopyTo(destination)) return false;
        written = text.Length - start;
        return true;
    }

    private static (UInt128 Quotient, UInt128 Remainder) Split(ulong value)
    {
        var (quotient, remainder) = Math.DivRem(value, 10);
        return (quotient, remainder);
    }

    /// <summary>The raw value whose physical value is nearest to <paramref name="physical"/>.</summary>
    public long ToRaw(double physical) => (long)Math.Round(physical * PowersOfTen[Digits] / Multiplier);
}
