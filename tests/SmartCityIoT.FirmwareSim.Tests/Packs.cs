using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Tests;

/// <summary>The packs that ship with the program, and districts made from them.</summary>
internal static class Packs
{
    public static SectorCatalog Catalog { get; } = SectorPackFolder.Read(SectorPackFolder.Default);

    public static RegionPack Region { get; } = RegionPackReader.ReadDefault();

    /// <summary>A shared district; a test that lets faults happen or samples meters makes its own.</summary>
    public static District Whole { get; } = New();

    public static District New(ulong seed = 1, int? devices = null, double intervalScale = 1) =>
        District.Create(Region, Catalog, new DistrictOptions { Seed = seed, Devices = devices, IntervalScale = intervalScale });

    /// <summary>Unix milliseconds of a local time of the region.</summary>
    public static long Local(int year, int month, int day, int hour = 0, int minute = 0) =>
        new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.FromHours(7)).ToUnixTimeMilliseconds();
}
