using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>Decides which part of a question's range comes from rollups: up to the first hour that is due, and the readings for the rest.</summary>
internal sealed class RollupChoice(RollupOptions options, RollupBoard board, IngestLedger ledger, SectorCatalog catalog, TimeProvider time)
{
    private const long DayMs = 24 * RollupLevel.HourMs;

    public RollupOptions Options => options;

    /// <summary>The widest rows that fit into buckets of an interval, over as much of [from, to) as has them; null where the readings answer all of it.</summary>
    /// <param name="intervalMs">Width of a bucket.</param>
    public RollupSpan? Of(string sector, IReadOnlyCollection<ulong> devices, long from, long to, long intervalMs)
    {
        if (!board.IsFilled || catalog.PackNamed(sector) is not { } pack) return null;
        var level = intervalMs % RollupLevel.HourMs == 0 ? RollupLevel.Hour : RollupLevel.Minute;
        if (intervalMs % level.IntervalMs != 0 || !IsKept(level, from)) return null;

        // Marks come with the ledger's commit, a few seconds after the readings, and so before the grace is over.
        var open = RollupLevel.HourOf(time.GetUtcNow().ToUnixTimeMilliseconds() - (options.GraceSeconds * 1_000L));
        var start = level.Ceiling(Math.Max(from, 0));
        var end = Math.Min(level.Floor(Math.Min(to, open)), open);
        if (end <= start) return null;
        end = Math.Min(end, ledger.DueHours.First(pack.Sector, devices, RollupLevel.HourOf(start), end) ?? end);
        return end <= start ? null : new RollupSpan(level, start, end);
    }

    private bool IsKept(RollupLevel level, long from)
    {
        var days = options.DaysOf(level);
        return days == 0 || from >= time.GetUtcNow().ToUnixTimeMilliseconds() - (days * DayMs);
    }
}
