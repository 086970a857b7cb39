using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>One device of the district: what a registry needs to know of it, and the physics that its sensors see.</summary>
public sealed class SimulatedDevice
{
    internal SimulatedDevice(ulong id, string name, SimulatedModel model, SimulatedSite site, string areaCode, DevicePhysics physics)
    {
        Id = id;
        Name = name;
        Model = model;
        Site = site;
        AreaCode = areaCode;
        Physics = physics;
    }

    /// <summary>EUI-64, locally administered.</summary>
    public ulong Id { get; }

    /// <summary>In the region's language.</summary>
    public string Name { get; }

    public SimulatedModel Model { get; }

    /// <summary>Name of the sector pack: "traffic", "water" or "lighting".</summary>
    public string Sector => Model.Sector;

    public SimulatedSite Site { get; }

    /// <summary>Code of today's administrative unit.</summary>
    public string AreaCode { get; }

    public int IntervalSeconds => Model.IntervalSeconds;

    internal DevicePhysics Physics { get; }

    /// <summary>While it is at fault the device stays connected and sends nothing.</summary>
    internal FaultSlot Silence { get; } = new();
}

/// <summary>A kind of simulated device.</summary>
/// <param name="Code">Lower case, as in databases.</param>
/// <param name="Sector">Name of the sector pack.</param>
/// <param name="IntervalSeconds">Reporting interval.</param>
public sealed record SimulatedModel(string Code, string Sector, string Name, int IntervalSeconds);

/// <summary>A measuring point. Every position is made up near its area's centre, and must be shown as simulated.</summary>
public sealed record SimulatedSite(string Code, string Name, double Latitude, double Longitude);
