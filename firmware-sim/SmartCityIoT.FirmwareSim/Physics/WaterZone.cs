using SmartCityIoT.FirmwareSim.Faults;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>A part of the network behind one zone meter: its demand, and the pressure that the demand leaves.</summary>
/// <param name="meanFlow">m³/h over a day.</param>
/// <param name="restPressure">kPa with no flow.</param>
/// <param name="rationedHours">Local hours between which there is next to no water; null in a zone that always has some.</param>
internal sealed class WaterZone(
    string name, DayCurve demand, double meanFlow, double restPressure, (double From, double To)? rationedHours, LocalClock clock, ulong key)
{
    /// <summary>Friction: share of the resting pressure that the mean flow costs; it grows with the square of the flow.</summary>
    private const double FrictionShare = 0.09;

    /// <summary>How long a burst takes to open, ms.</summary>
    private const double RampMilliseconds = 20_000;

    /// <summary>m³/h through a burst at 1 kPa: C of flow = C·√P.</summary>
    private readonly double burstConductance = meanFlow * 0.12;

    public string Name { get; } = name;

    public FaultSlot Leak { get; } = new();

    public bool IsRationed => rationedHours is not null;

    /// <summary>Demand of all customers together, as the zone meter sees it.</summary>
    public MeterCurve Meter { get; } = new(demand, meanFlow, clock, wander: 0.04, key);

    /// <summary>Pressure at the zone's middle, kPa.</summary>
    public double Pressure(long time)
    {
        var load = Meter.FlowAt(time) / meanFlow;
        var sound = rationedHours is null ? restPressure * (1 - (FrictionShare * load * load)) : RationedPressure(clock.Hour(time));
        return Leak.At(time) is not { } leak ? sound : sound + ((Math.Min(sound, leak.Magnitude) - sound) * Ramp(leak, time));
    }

    /// <summary>What runs out through a burst, m³/h.</summary>
    public double LeakFlow(long time) =>
        Leak.At(time) is { } leak ? burstConductance * Math.Sqrt(Math.Max(0, Pressure(time))) * Ramp(leak, time) : 0;

    /// <summary>Under 50 kPa by day; by night the zone shares what the whole network has left.</summary>
    private double RationedPressure(double hour) =>
        restPressure * (hour >= rationedHours!.Value.From && hour < rationedHours.Value.To ? 0.1 : 0.55);

    private static double Ramp(SimulatedFault leak, long time) => Math.Min(1, (time - leak.From) / RampMilliseconds);
}
