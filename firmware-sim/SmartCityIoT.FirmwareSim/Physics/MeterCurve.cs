namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// A flow and its running total that never contradict each other: both are read from the exact day curve at a time that
/// wanders by a few seconds. The wandering clock never runs backwards, so neither does the meter.
/// </summary>
/// <param name="meanFlow">m³/h over a day.</param>
/// <param name="wander">How far the clock strays, as a share of its period; below 1/π. The flow strays by up to π times that.</param>
internal sealed class MeterCurve(DayCurve curve, double meanFlow, LocalClock clock, double wander, ulong key)
{
    private const double PeriodMilliseconds = 240_000;

    /// <summary>m³/h.</summary>
    public double FlowAt(long time)
    {
        var slope = 1 + (wander * PeriodMilliseconds * SeededNoise.SmoothSlope(key, time, PeriodMilliseconds));
        return meanFlow * curve.At(clock.Hour(Warped(time))) * slope;
    }

    /// <summary>m³ since the local midnight that begins a day.</summary>
    public double VolumeSince(long day, long time)
    {
        var warped = Warped(time);
        var days = clock.Day(warped) - day;
        return Math.Max(0, meanFlow * ((days * 24) + curve.Cumulated(clock.Hour(warped))));
    }

    /// <summary>Lowest flow of a day, m³/h.</summary>
    public double NightFlow => meanFlow * curve.Minimum;

    private double Warped(long time) => time + (wander * PeriodMilliseconds * SeededNoise.Smooth(key, time, PeriodMilliseconds));
}
