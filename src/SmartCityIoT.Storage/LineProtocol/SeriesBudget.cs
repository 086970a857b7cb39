namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Holds the number of series of each measurement within a budget: those that were admitted go on, a new one above it is not written. A tag that
/// changes with every message would otherwise fill the server's index, which InfluxDB 1.x keeps in memory. Remembers 8 bytes of each series.
/// </summary>
/// <param name="limit">Most series of one measurement; 0 = any number.</param>
internal sealed class SeriesBudget(int limit)
{
    private readonly Dictionary<string, HashSet<ulong>> admitted = new(StringComparer.Ordinal);
    private readonly SortedSet<string> exceeded = new(StringComparer.Ordinal);

    public int Limit => limit;

    /// <summary>Measurements that had a series above their budget.</summary>
    public IReadOnlyCollection<string> Exceeded => exceeded;

    /// <param name="hash">Of measurement and tags. Two series with the same hash count as one, which only admits one too many.</param>
    public bool Admits(string measurement, ulong hash)
    {
        if (limit == 0) return true;
        if (!admitted.TryGetValue(measurement, out var series)) admitted[measurement] = series = [];
        if (series.Contains(hash)) return true;
        if (series.Count >= limit)
        {
            exceeded.Add(measurement);
            return false;
        }

        series.Add(hash);
        return true;
    }
}
