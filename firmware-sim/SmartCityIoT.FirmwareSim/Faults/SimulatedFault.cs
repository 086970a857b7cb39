namespace SmartCityIoT.FirmwareSim.Faults;

/// <summary>What the simulator lets go wrong.</summary>
public enum FaultKind
{
    /// <summary>A burst main: the zone meter's flow rises, the zone's pressure falls below 100 kPa.</summary>
    ZoneLeak,

    /// <summary>The grid at one cabinet falls below 198 V, and its lamps with it.</summary>
    MainsSag,

    /// <summary>A lamp that is switched on gives no light.</summary>
    LampFailure,

    /// <summary>A device stays connected and sends nothing.</summary>
    SilentDevice,
}

/// <summary>Ground truth: one fault, whether or not the platform notices it.</summary>
/// <param name="Subject">What is at fault, in the names of the district: a zone, a cabinet, a device.</param>
/// <param name="Devices">Devices whose readings show it.</param>
/// <param name="From">Unix milliseconds, included.</param>
/// <param name="To">Unix milliseconds, excluded.</param>
/// <param name="Magnitude">Zone leak: pressure that is left, kPa. Mains sag: voltage, V. Else 0.</param>
public sealed record SimulatedFault(FaultKind Kind, string Subject, IReadOnlyList<ulong> Devices, long From, long To, double Magnitude)
{
    public bool Covers(long time) => time >= From && time < To;
}

/// <summary>A place in the district that can be at fault: the plan writes here, the physics reads.</summary>
internal sealed class FaultSlot
{
    private SimulatedFault? fault;

    public void Set(SimulatedFault next) => fault = next;

    /// <summary>The fault that is on at a time, or null.</summary>
    public SimulatedFault? At(long time) => fault is { } known && known.Covers(time) ? known : null;
}
