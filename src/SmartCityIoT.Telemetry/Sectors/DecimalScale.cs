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

    /// <summary>The raw value whose physical value is nearest to <paramref name="physical"/>.</summary>
    public long ToRaw(double physical) => (long)Math.Round(physical * PowersOfTen[Digits] / Multiplier);
}
