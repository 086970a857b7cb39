namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// Noise as a pure function of a key and a time: asking again gives the same answer, whatever was asked before. The same
/// seed so gives the same district to the byte, and a restarted simulator goes on where the curve is, not where it began.
/// </summary>
internal static class SeededNoise
{
    /// <summary>Folds values into one well-mixed key (the finaliser of SplitMix64 over each).</summary>
    public static ulong Key(ulong seed, ulong first, ulong second = 0) => Mix(Mix(Mix(seed) ^ first) ^ second);

    /// <summary>0 inclusive to 1 exclusive, constant for a key.</summary>
    public static double Unit(ulong key) => (Mix(key) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A constant of a key between two bounds.</summary>
    public static double Range(ulong key, double low, double high) => low + ((high - low) * Unit(key));

    /// <summary>Fresh noise at each time, −1 to 1.</summary>
    public static double White(ulong key, long time) => (2 * Unit(key ^ Mix((ulong)time))) - 1;

    /// <summary>Noise that wanders, −1 to 1: independent values every <paramref name="period"/>, joined by half cosines.</summary>
    public static double Smooth(ulong key, double time, double period)
    {
        var (from, to, phase) = Ends(key, time, period);
        return from + ((to - from) * (1 - Math.Cos(Math.PI * phase)) / 2);
    }

    /// <summary>Slope of <see cref="Smooth"/> per unit of time; at most π / period.</summary>
    public static double SmoothSlope(ulong key, double time, double period)
    {
        var (from, to, phase) = Ends(key, time, period);
        return (to - from) * Math.PI * Math.Sin(Math.PI * phase) / (2 * period);
    }

    private static (double From, double To, double Phase) Ends(ulong key, double time, double period)
    {
        var slot = Math.Floor(time / period);
        return (White(key, (long)slot), White(key, (long)slot + 1), (time / period) - slot);
    }

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
