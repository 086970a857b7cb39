namespace SmartCityIoT.Journal;

/// <summary>State of the journal at one moment, for health and metrics.</summary>
/// <param name="UsedBytes">Bytes of blocks held for the cursors, on disk or waiting for their commit.</param>
/// <param name="LimitBytes">Bytes at which appends wait.</param>
/// <param name="FreeBytes">Bytes that the volume had free at the last look; -1 before the first look.</param>
/// <param name="Head">Position of the newest durable record; 0 before the first.</param>
/// <param name="Cursors">Cursors by name.</param>
/// <param name="IsFull">Appends wait for disk space.</param>
/// <param name="IsFailed">The last write failed and the journal is being opened again.</param>
/// <param name="LastError">One line on the last failed write, kept after recovery; null when there was none.</param>
/// <param name="QuarantinedRecords">Records that could not be read back, over the life of the journal.</param>
/// <param name="Counters">Counts since the journal was opened.</param>
public sealed record JournalStatus(
    long UsedBytes,
    long LimitBytes,
    long FreeBytes,
    long Head,
    IReadOnlyList<JournalCursor> Cursors,
    bool IsFull,
    bool IsFailed,
    string? LastError,
    long QuarantinedRecords,
    JournalCounters Counters)
{
    /// <summary>Used part of the limit, from 0; it may pass 1 by the block that reached the limit.</summary>
    public double UsedFraction => (double)UsedBytes / LimitBytes;
}
