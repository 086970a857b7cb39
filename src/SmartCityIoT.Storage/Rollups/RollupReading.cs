using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>One stored reading of one channel of a device.</summary>
/// <param name="Presence">Fields that it has, by place among the sector's <see cref="RollupField"/>s.</param>
/// <param name="Raw">Values by the same place.</param>
internal readonly record struct RollupReading(long TimeMicroseconds, SeriesTags Tags, uint Presence, long[] Raw);
