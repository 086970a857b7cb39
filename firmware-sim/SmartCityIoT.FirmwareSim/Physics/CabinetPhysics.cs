using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// A feeder cabinet: the mains before the lamps. Current is the mean of its three phases, which share the lamps evenly;
/// power is left out, since a string draws more than the field's plausible range of one lamp.
/// </summary>
internal sealed class CabinetPhysics(
    LightingFields fields, MainsSupply supply, Weather weather, GeoPoint place, double commissioned, ulong key)
    : DevicePhysics(fields.Schema)
{
    private const int OnBits = 0b0011, ScheduleValid = 0b1000;

    private const int UnderVoltageBit = 1 << 9;

    private const int Phases = 3;

    /// <summary>What the cabinet's own controller draws, W.</summary>
    private const double ControllerWatts = 12;

    private const double UnderVoltage = 198;

    public override void Sample(long time, int intervalSeconds, RecordDraft draft)
    {
        var command = supply.Calendar.At(time);
        var isOn = command.Level > 0;
        var share = LightingCalendar.PowerShare(command.Level);
        var watts = ControllerWatts + (isOn ? supply.LampWatts * share * (1 + (0.004 * SeededNoise.White(key, time))) : supply.Lamps * MainsSupply.StandbyWatts);
        var voltage = supply.Voltage(time, command.Level);
        var powerFactor = isOn ? 0.955 + (0.005 * SeededNoise.White(key + 1, time)) : 0.62;
        var hours = Math.Max(0, (time - commissioned) / 3_600_000);
        var energy = (supply.LampWatts * command.FullPowerHours) + (ControllerWatts * hours)
            + (supply.Lamps * MainsSupply.StandbyWatts * Math.Max(0, hours - command.OnHours));

        draft.SetRaw(fields.State, ScheduleValid | (isOn ? OnBits : 0));
        draft.SetRaw(fields.Energy, (long)energy);
        draft.Set(fields.Voltage, voltage);
        draft.Set(fields.Current, watts / Phases / (voltage * powerFactor));
        draft.Set(fields.PowerFactor, powerFactor);
        draft.Set(fields.Frequency, supply.Frequency(time));
        draft.Set(fields.Illuminance, Illuminance(time));
        draft.Set(fields.GearTemperature, weather.Temperature(time) + 5 + (2 * share) + (0.2 * SeededNoise.White(key + 2, time)));
        draft.SetRaw(fields.SwitchCount, command.Switches);
        draft.SetRaw(fields.Faults, voltage < UnderVoltage ? UnderVoltageBit : 0);

        if (supply.Sag.At(time) is { } sag) Raise(sag, EventCode.LowVoltage, fields.Voltage, UnderVoltage, draft);
    }

    /// <summary>Daylight on a level surface, lx: about 110 klx with the sun overhead, an exponential twilight, clouds on top.</summary>
    private double Illuminance(long time)
    {
        var elevation = Sun.Elevation(place, time);
        var clear = elevation > 0
            ? 500 + (110_000 * Math.Pow(Math.Sin(elevation * Math.PI / 180), 1.15))
            : 0.3 + (500 * Math.Exp(elevation * 0.9));
        return clear * (1 - (0.7 * weather.Cloud(time))) * (1 + (0.02 * SeededNoise.White(key + 3, time)));
    }
}
