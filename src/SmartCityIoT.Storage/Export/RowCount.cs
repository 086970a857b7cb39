namespace SmartCityIoT.Storage.Export;

/// <summary>Rows of a group on one UTC day.</summary>
/// <param name="Day">Days since the Unix epoch.</param>
public readonly record struct RowCount(long Day, PointGroup Group, long Rows);
