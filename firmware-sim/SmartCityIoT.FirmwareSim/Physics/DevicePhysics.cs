using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>Codes of the events that simulated devices send.</summary>
internal enum EventCode : ushort
{
    LowPressure = 1,
    LowVoltage = 2,
    LampFailure = 3,
}

/// <summary>
/// What a device's sensors see. A measurement is a function of the seed, the device and the time; the one thing that is
/// remembered is <see cref="Carried"/>.
/// </summary>
internal abstract class DevicePhysics(SectorSchema schema)
{
    private SimulatedFault? reported;
    private EventBody? pending;

    public SectorSchema Schema { get; } = schema;

    /// <summary>
    /// What faults have added to, or kept from, the device's running total since it was commissioned, in the total's unit.
    /// The device keeps it in its flash, so that no restart turns a meter back.
    /// </summary>
    public double Carried { get; set; }

    /// <summary>Measures.</summary>
    /// <param name="time">Unix milliseconds; grows from call to call.</param>
    /// <param name="intervalSeconds">Time since the last report, for what is counted per interval.</param>
    public abstract void Sample(long time, int intervalSeconds, RecordDraft draft);

    /// <summary>The event that the last sample gave rise to, once.</summary>
    public bool TryTakeEvent(out EventBody body)
    {
        body = pending.GetValueOrDefault();
        var taken = pending.HasValue;
        pending = null;
        return taken;
    }

    /// <summary>The device itself sees a limit crossed: one event for each fault.</summary>
    protected void Raise(SimulatedFault fault, EventCode code, SectorField field, double threshold, RecordDraft draft)
    {
        const byte Serious = 3;
        if (ReferenceEquals(fault, reported) || !draft.Has(field)) return;
        reported = fault;
        pending = new EventBody((ushort)code, Serious, (byte)field.Bit, draft.Raw[field.Bit], field.Scale.ToRaw(threshold));
    }
}
