namespace SmartCityIoT.Storage.Export;

/// <summary>How far a copy is.</summary>
/// <param name="Passed">Rows of the range that are at the destination, those of earlier runs included.</param>
/// <param name="Total">Rows of the range, as the source counted them at the start.</param>
/// <param name="Written">Rows that this run wrote.</param>
/// <param name="Day">UTC day that is being copied, in days since the Unix epoch.</param>
public sealed record CopyProgress(long Passed, long Total, long Written, long Day);
