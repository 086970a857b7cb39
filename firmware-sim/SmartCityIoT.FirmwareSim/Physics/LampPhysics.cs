using SmartCityIoT.FirmwareSim.Faults;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>One LED street lamp with its controller.</summary>
/// <param name="ratedWatts">60 to 150 W.</param>
/// <param name="positionOnString">0 at the cabinet, 1 at the far end: the cable's voltage drop.</param>
/// <param name="commissioned">Unix milliseconds at which the meter stood at zero.</param>
internal sealed class LampPhysics(
    LightingFields fields, MainsSupply supply, Weather weather, double ratedWatts, double positionOnString, double commissioned, ulong key)
    : DevicePhysics(fields.Schema)
{
    /// <summary>Bits of <c>state</c>: lamp on, relay, schedule valid.</summary>
    private const int OnBits = 0b0011, ScheduleValid = 0b1000;

    /// <summary>Bits of <c>faults</c>.</summary>
    private const int LampFailureBit = 1 << 0, UnderVoltageBit = 1 << 9;

    /// <summary>What a lamp that has failed still draws when it is switched on, W.</summary>
    private const double FailedWatts = 0.8;

    private const double UnderVoltage = 198;

    private double lastNominal = double.NaN;
    private long lastTime;

    public FaultSlot Failure { get; } = new();

    public override void Sample(long time, int intervalSeconds, RecordDraft draft)
    {
        var command = supply.Calendar.At(time);
        var isOn = command.Level > 0;
        var failure = isOn ? Failure.At(time) : null;
        var share = LightingCalendar.PowerShare(command.Level);
        var power = !isOn ? MainsSupply.StandbyWatts
            : failure is not null ? FailedWatts
            : ratedWatts * share * (1 + (0.008 * SeededNoise.White(key, time)));
        var voltage = supply.Voltage(time, command.Level) - (3 * positionOnString * share) + (0.2 * SeededNoise.White(key + 1, time));
        var powerFactor = isOn && failure is null ? SeededNoise.Range(key + 2, 0.94, 0.98) - (0.02 * (1 - share)) : 0.5;
        var fault = (failure is null ? 0 : LampFailureBit) | (voltage < UnderVoltage ? UnderVoltageBit : 0);

        draft.SetRaw(fields.State, ScheduleValid | (isOn ? OnBits : 0));
        draft.SetRaw(fields.DimLevel, command.Level);
        draft.Set(fields.Power, power);
        draft.SetRaw(fields.Energy, (long)Energy(time, command, failure));
        draft.Set(fields.Voltage, voltage);
        draft.Set(fields.Current, power / (voltage * powerFactor));
        if (isOn && failure is null) draft.Set(fields.PowerFactor, powerFactor);
        draft.Set(fields.Frequency, supply.Frequency(time) + (0.01 * SeededNoise.White(key + 3, time)));
        draft.Set(fields.GearTemperature, GearTemperature(time, failure is null ? share : 0));
        draft.Set(fields.BurnHours, command.OnHours);
        draft.SetRaw(fields.SwitchCount, command.Switches);
        draft.SetRaw(fields.Faults, fault);
        draft.SetRaw(fields.Tilt, (int)Math.Round(SeededNoise.Range(key + 4, -2, 2)));

        if (failure is not null) Raise(failure, EventCode.LampFailure, fields.Power, ratedWatts * share * 0.2, draft);
        else if (supply.Sag.At(time) is { } sag) Raise(sag, EventCode.LowVoltage, fields.Voltage, UnderVoltage, draft);
    }

    /// <summary>Wh since commissioning; a failed lamp's meter stands still but for the little that its driver draws.</summary>
    private double Energy(long time, in LightingCalendar.State command, SimulatedFault? failure)
    {
        var hours = Math.Max(0, (time - commissioned) / 3_600_000);
        var nominal = (ratedWatts * command.FullPowerHours) + (MainsSupply.StandbyWatts * Math.Max(0, hours - command.OnHours));
        if (failure is not null && !double.IsNaN(lastNominal))
        {
            var drawn = Math.Min(nominal - lastNominal, FailedWatts * (time - lastTime) / 3_600_000);
            Carried -= nominal - lastNominal - drawn;
        }

        (lastNominal, lastTime) = (nominal, time);
        return nominal + Carried;
    }

    /// <summary>A driver in its closed housing runs 10 to 33 °C over the air, by its load.</summary>
    private double GearTemperature(long time, double share) =>
        weather.Temperature(time) + (share > 0 ? 13 + (SeededNoise.Range(key + 5, 12, 18) * share) : 2) + (0.3 * SeededNoise.White(key + 6, time));
}
