using SmartCityIoT.FirmwareSim.Physics;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>A simulated district: devices with sites and physics, the same for the same region, options and sector packs.</summary>
public sealed class District
{
    internal District(RegionPack region, DistrictOptions options, DistrictParts parts)
    {
        Region = region;
        Options = options;
        Parts = parts;
        var all = parts.Devices;
        var count = Math.Min(options.Devices ?? all.Count, all.Count);
        var chosen = new List<SimulatedDevice>(count);

        // Every n-th device, so that a small district has all kinds in their proportion.
        for (var i = 0; i < count; i++) chosen.Add(all[(int)((long)i * all.Count / count)]);
        Devices = chosen;
    }

    public RegionPack Region { get; }

    public DistrictOptions Options { get; }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<SimulatedDevice> Devices { get; }

    /// <summary>The kinds of device that the district has.</summary>
    public IReadOnlyList<SimulatedModel> Models => [.. Devices.Select(device => device.Model).Distinct()];

    internal DistrictParts Parts { get; }

    /// <exception cref="InvalidDataException">The region has no district, or its shape or the sector packs do not fit; one line.</exception>
    public static District Create(RegionPack region, SectorCatalog catalog, DistrictOptions options)
    {
        if (region.District is not { } shape) throw new InvalidDataException($"region {region.Code} has no district to simulate");
        return new District(region, options, new DistrictBuilder(region, shape, catalog, options).Build());
    }
}

/// <summary>What the devices of a district share, and what can be at fault.</summary>
internal sealed record DistrictParts(
    IReadOnlyList<SimulatedDevice> Devices,
    IReadOnlyList<DistrictZone> Zones,
    IReadOnlyList<DistrictString> Strings);

/// <summary>A water zone with the devices that see it.</summary>
internal sealed record DistrictZone(WaterZone Zone, IReadOnlyList<SimulatedDevice> Meters, IReadOnlyList<SimulatedDevice> PressurePoints);

/// <summary>A string of lamps on its cabinet.</summary>
internal sealed record DistrictString(SimulatedDevice Cabinet, MainsSupply Supply, IReadOnlyList<(SimulatedDevice Device, LampPhysics Physics)> Lamps);
