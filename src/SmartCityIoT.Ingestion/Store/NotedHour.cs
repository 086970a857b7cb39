namespace SmartCityIoT.Ingestion.Store;

/// <summary>The hour of a device that was noted last.</summary>
/// <param name="Hour">Unix milliseconds of its start.</param>
/// <param name="Commit">Number of the commit that takes the note along; 0 before the first note.</param>
internal readonly record struct NotedHour(long Hour, int Commit, byte Sector)
{
    private const long HourMilliseconds = 3_600_000;

    /// <summary>Whether two times (Unix milliseconds) lie in this hour of this sector.</summary>
    public bool Covers(long from, long to, byte sector) =>
        (ulong)(from - Hour) < HourMilliseconds && (ulong)(to - Hour) < HourMilliseconds && sector == Sector && Commit != 0;

    /// <summary>Whether the note holds for a message too: received before the hour was over, or taken along by the same commit.</summary>
    public bool Stands(long receivedAt, int commit) => receivedAt < Hour + HourMilliseconds || Commit == commit;
}
