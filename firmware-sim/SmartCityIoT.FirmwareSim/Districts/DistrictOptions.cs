using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>Which district to build from a region's shape.</summary>
public sealed class DistrictOptions
{
    /// <summary>The same seed gives the same devices, sites and measurements. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many of the district's devices to have, spread evenly over all kinds. Default null: all.</summary>
    [Range(1, int.MaxValue)]
    public int? Devices { get; init; }

    /// <summary>Reporting interval of traffic counters, s. Default 10.</summary>
    [Range(1, 3600)]
    public int TrafficSeconds { get; init; } = 10;

    /// <summary>Reporting interval of all water devices, s. Default 30.</summary>
    [Range(1, 3600)]
    public int WaterSeconds { get; init; } = 30;

    /// <summary>Reporting interval of lamps, s. Default 60.</summary>
    [Range(1, 3600)]
    public int LampSeconds { get; init; } = 60;

    /// <summary>Reporting interval of lighting cabinets, s. Default 30.</summary>
    [Range(1, 3600)]
    public int CabinetSeconds { get; init; } = 30;

    /// <summary>Factor on all intervals; a scaled interval stays within 1 s and 1 h. Default 1.</summary>
    [Range(0.001, 1000)]
    public double IntervalScale { get; init; } = 1;
}
