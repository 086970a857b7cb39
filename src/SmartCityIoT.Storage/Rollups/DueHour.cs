namespace SmartCityIoT.Storage.Rollups;

/// <summary>An hour of a device whose rollups must be made, or made again since it got another reading.</summary>
/// <param name="Hour">Unix milliseconds of its start.</param>
/// <param name="Sector">Number of the sector.</param>
/// <param name="Device">EUI-64; <see cref="EveryDevice"/> for all that have a reading in the hour.</param>
public readonly record struct DueHour(long Hour, byte Sector, ulong Device)
{
    public const ulong EveryDevice = 0;
}
