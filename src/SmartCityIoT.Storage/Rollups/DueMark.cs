namespace SmartCityIoT.Storage.Rollups;

/// <summary>A mark as it was read.</summary>
/// <param name="Position">Journal position of the commit that made it; 0 for one that the rollups made themselves.</param>
internal readonly record struct DueMark(DueHour Hour, long Position);
