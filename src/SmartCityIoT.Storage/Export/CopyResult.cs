namespace SmartCityIoT.Storage.Export;

/// <summary>What came of a copy.</summary>
/// <param name="Written">Rows that this run wrote.</param>
/// <param name="Refused">Rows that the destination refused for good, in all runs of this copy.</param>
/// <param name="Counted">Rows of the range at the destination; null where it cannot be counted.</param>
/// <param name="Differences">Days and groups in which source and destination do not hold the same number of rows.</param>
/// <param name="Uncounted">Why the destination was not counted, or null.</param>
public sealed record CopyResult(long Written, long Refused, long? Counted, IReadOnlyList<CountDifference> Differences, string? Uncounted);

/// <summary>A day and group that the two ends of a copy count differently.</summary>
public readonly record struct CountDifference(long Day, PointGroup Group, long Source, long Destination);
