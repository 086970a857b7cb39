namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Chooses the lane of a series, once for each series: its target by the measurement, its shard by the hash of measurement and tags, and the
/// withheld lane where it is above the budget.
/// </summary>
/// <param name="targetOf">Number of the target that a measurement is kept in.</param>
internal sealed class SeriesRoutes(int targets, int shards, Func<string, int> targetOf, SeriesBudget budget)
{
    private readonly int withheld = targets * shards;

    /// <summary>One lane for every series.</summary>
    public static SeriesRoutes Single() => new(1, 1, static _ => 0, new SeriesBudget(0));

    public int LaneOf(string measurement, ReadOnlySpan<byte> prefix)
    {
        var hash = Hash(prefix);
        return budget.Admits(measurement, hash) ? (targetOf(measurement) * shards) + (int)((hash >> 32) % (uint)shards) : withheld;
    }

    /// <summary>FNV-1a of 64 bits, and a last mixing for the bits that the shard is taken from.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 14_695_981_039_346_656_037;
        foreach (var value in bytes) hash = (hash ^ value) * 1_099_511_628_211;
        return (hash ^ (hash >> 29)) * 0xBF58_476D_1CE4_E5B9;
    }
}
