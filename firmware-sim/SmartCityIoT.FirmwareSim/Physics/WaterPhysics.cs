using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>What all water devices report of themselves: radio, battery, status.</summary>
internal abstract class WaterPhysics(WaterFields fields, double supplyVolts, ulong key) : DevicePhysics(fields.Schema)
{
    /// <summary>Supply of battery devices: a lithium thionyl chloride cell.</summary>
    protected const double CellVolts = 3.6;

    /// <summary>Supply of points on the mains.</summary>
    protected const double MainsVolts = 24;

    protected WaterFields Fields { get; } = fields;

    protected ulong Key { get; } = key;

    public sealed override void Sample(long time, int intervalSeconds, RecordDraft draft)
    {
        Measure(time, draft);
        draft.Set(Fields.Rssi, SeededNoise.Range(Key + 90, -98, -68) + (4 * SeededNoise.White(Key + 91, time)));
        draft.Set(Fields.BatteryVoltage, supplyVolts * (SeededNoise.Range(Key + 92, 0.975, 1.005) + (0.001 * SeededNoise.White(Key + 93, time))));
        draft.SetRaw(Fields.Status, 0);
    }

    protected abstract void Measure(long time, RecordDraft draft);

    /// <summary>Sets a value with the sensor's own noise.</summary>
    protected void SetNoisy(RecordDraft draft, SectorField field, double value, double noise, long time) =>
        draft.Set(field, value + (noise * SeededNoise.White(Key + (ulong)field.Bit, time)));
}

/// <summary>A meter: of a whole zone, where a burst shows, or of one customer.</summary>
/// <param name="zone">The zone whose meter this is; null for a customer's.</param>
/// <param name="commissionedDay">Local day at whose midnight the meter stood at zero.</param>
internal sealed class MeterPhysics(WaterFields fields, MeterCurve curve, WaterZone? zone, long commissionedDay, ulong key)
    : WaterPhysics(fields, CellVolts, key)
{
    private long lastTime;

    protected override void Measure(long time, RecordDraft draft)
    {
        // Carried holds what ran out through bursts, m³.
        var leak = zone?.LeakFlow(time) ?? 0;
        if (lastTime != 0 && leak > 0) Carried += leak * (time - lastTime) / 3_600_000;
        lastTime = time;

        draft.Set(Fields.Flow, curve.FlowAt(time) + leak);
        draft.SetRaw(Fields.Volume, (long)((curve.VolumeSince(commissionedDay, time) + Carried) * 1000));
        if (zone is not null) SetNoisy(draft, Fields.MinFlow, curve.NightFlow, curve.NightFlow * 0.01, time / LocalClock.MillisecondsPerDay);
    }
}

/// <summary>A pressure logger at some height over or under the zone's middle.</summary>
internal sealed class PressurePhysics(WaterFields fields, WaterZone zone, ulong key) : WaterPhysics(fields, CellVolts, key)
{
    /// <summary>About 10 m of water: what one storey needs, kPa.</summary>
    private const double ServiceMinimum = 100;

    private readonly double heightShare = SeededNoise.Range(key, 0.92, 1.08);

    protected override void Measure(long time, RecordDraft draft)
    {
        var pressure = zone.Pressure(time) * heightShare;
        SetNoisy(draft, Fields.Pressure, pressure, 0.8, time);
        if (zone.Leak.At(time) is { } leak && pressure < ServiceMinimum) Raise(leak, EventCode.LowPressure, Fields.Pressure, ServiceMinimum, draft);
    }
}

/// <summary>A quality station: chlorine decays with the water's age and with heat, turbidity follows rain.</summary>
internal sealed class QualityPhysics(WaterFields fields, Weather weather, LocalClock clock, ulong key) : WaterPhysics(fields, MainsVolts, key)
{
    /// <summary>Chlorine at the works, mg/L, and its decay at 25 °C per hour of age.</summary>
    private const double DosedChlorine = 0.75, DecayPerHour = 0.035;

    private const double HourMilliseconds = 3_600_000;

    private readonly double ageHours = SeededNoise.Range(key + 50, 2, 24);
    private readonly double basePh = SeededNoise.Range(key + 51, 7.05, 7.35);
    private readonly double baseTurbidity = SeededNoise.Range(key + 52, 0.25, 0.6);
    private readonly double baseConductivity = SeededNoise.Range(key + 53, 190, 310);

    protected override void Measure(long time, RecordDraft draft)
    {
        // Water in the ground follows the air by some hours, and by a third of its swing.
        var temperature = 26 + (2 * Math.Cos((clock.Hour(time) - 17) / 24 * 2 * Math.PI)) + (0.6 * SeededNoise.Smooth(Key + 54, time, 8 * HourMilliseconds));
        var decay = DecayPerHour * (1 + (0.05 * (temperature - 25)));
        SetNoisy(draft, Fields.Temperature, temperature, 0.04, time);
        SetNoisy(draft, Fields.FreeChlorine, DosedChlorine * (1 + (0.06 * SeededNoise.Smooth(Key + 55, time, 3 * HourMilliseconds))) * Math.Exp(-decay * ageHours), 0.008, time);
        SetNoisy(draft, Fields.Ph, basePh + (0.12 * SeededNoise.Smooth(Key + 56, time, 5 * HourMilliseconds)), 0.025, time);
        SetNoisy(draft, Fields.Turbidity, baseTurbidity + (0.9 * weather.Runoff(time)), 0.04, time);
        SetNoisy(draft, Fields.Conductivity, baseConductivity + (12 * SeededNoise.Smooth(Key + 57, time, 6 * HourMilliseconds)), 3, time);
    }
}

/// <summary>A tank that fills evenly and empties by demand: full in the morning, low in the evening.</summary>
internal sealed class LevelPhysics(WaterFields fields, DayCurve demand, LocalClock clock, ulong key) : WaterPhysics(fields, MainsVolts, key)
{
    private readonly double middle = SeededNoise.Range(key + 50, 2100, 2900);

    /// <summary>Millimetres that an hour of mean demand takes.</summary>
    private readonly double millimetresPerHour = SeededNoise.Range(key + 51, 220, 420);

    protected override void Measure(long time, RecordDraft draft)
    {
        var hour = clock.Hour(time);
        SetNoisy(draft, Fields.Level, middle + (millimetresPerHour * (hour - demand.Cumulated(hour))), 6, time);
        draft.SetRaw(Fields.ValveOpening, (long)(55 + (20 * SeededNoise.Smooth(Key + 52, time, 1_800_000))));
    }
}
