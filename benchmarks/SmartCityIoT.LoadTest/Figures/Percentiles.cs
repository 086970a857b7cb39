namespace SmartCityIoT.LoadTest.Figures;

/// <summary>Percentiles by nearest rank: always a value that was measured; of an even number of values the lower median.</summary>
internal static class Percentiles
{
    /// <param name="percent">0 to 100; 100 is the maximum.</param>
    public static double Of(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percent / 100) - 1)];
    }
}
