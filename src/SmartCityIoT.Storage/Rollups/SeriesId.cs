namespace SmartCityIoT.Storage.Rollups;

/// <summary>A channel of a device, whatever its tags were when.</summary>
internal readonly record struct SeriesId(ulong Device, int Channel);
