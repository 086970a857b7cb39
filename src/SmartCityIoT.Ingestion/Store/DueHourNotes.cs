using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// Notes which hours of which devices got a reading, so that their rollups are made. A message of an hour that is noted already, and was received before
/// the hour was over, costs a comparison: nobody rolls the hour up before everything that was received until its end is in the store. What comes
/// later is noted once for each commit of the ledger, since the hour may have been rolled up in between.
/// </summary>
internal sealed class DueHourNotes(RollupBoard board)
{
    private const long HourMilliseconds = 3_600_000;

    private int commit = 1;

    /// <summary>A commit takes along what was noted; what comes from here on is noted anew.</summary>
    public void Commit() => commit++;

    /// <summary>Adds the hours of a message's readings that are not noted yet. 0 B but for the list's own growth.</summary>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public void Note(DecodedMessage message, long receivedAt, List<DueHour> news)
    {
        if (message.SampleCount == 0 || !board.TakesMarks) return;
        var sector = message.Frame.Header.Sector;
        var memory = message.Memory!;
        var from = message.TimeOf(0);
        var to = message.TimeOf(message.SampleCount - 1);
        if (memory.Noted.Covers(from, to, sector) && memory.Noted.Stands(receivedAt, commit)) return;
        for (var hour = HourOf(Math.Min(from, to)); hour <= Math.Max(from, to); hour += HourMilliseconds)
        {
            if (memory.Noted.Covers(hour, hour, sector) && memory.Noted.Stands(receivedAt, commit)) continue;
            news.Add(new DueHour(hour, sector, memory.Device));
            memory.Noted = new NotedHour(hour, commit, sector);
        }
    }

    private static long HourOf(long time) => time - (((time % HourMilliseconds) + HourMilliseconds) % HourMilliseconds);
}
