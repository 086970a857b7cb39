using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Options of section <c>SmartCity:Store:Rollups</c>: aggregates per minute and hour, which the platform makes of what it stores in InfluxDB. The embedded
/// store answers from its readings fast enough and has none.
/// </summary>
public sealed class RollupOptions
{
    public const string Section = "SmartCity:Store:Rollups";

    /// <summary>Make rollups where the store is InfluxDB, and answer from them. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Days for which the rows of a minute are kept; 0 = for ever. Default 400. Longer than the readings, so that history goes on when those have expired.</summary>
    [Range(0, 36_600)]
    public int MinuteDays { get; init; } = 400;

    /// <summary>Days for which the rows of an hour are kept; 0 (default) = for ever.</summary>
    [Range(0, 36_600)]
    public int HourDays { get; init; }

    /// <summary>Seconds after an hour's end for which readings that are still on their way are awaited. Default 300. What comes later makes the hour anew.</summary>
    [Range(10, 3_600)]
    public int GraceSeconds { get; init; } = 300;

    internal int DaysOf(RollupLevel level) => level == RollupLevel.Minute ? MinuteDays : HourDays;
}
