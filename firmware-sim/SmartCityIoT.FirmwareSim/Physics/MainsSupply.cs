using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Faults;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>The feeder of one cabinet: its clock, its voltage, and the lamps that hang on it.</summary>
internal sealed class MainsSupply(LightingShape shape, LightingCalendar calendar, ulong seed, ulong key)
{
    /// <summary>What a lamp node draws with its lamp off, W.</summary>
    public const double StandbyWatts = 0.5;

    private const double TenMinutes = 600_000;

    public LightingCalendar Calendar { get; } = calendar;

    public FaultSlot Sag { get; } = new();

    /// <summary>Rated power of all lamps, W.</summary>
    public double LampWatts { get; set; }

    public int Lamps { get; set; }

    /// <summary>Voltage at the cabinet, V: it wanders, gives way a little under load, and breaks down in a sag.</summary>
    public double Voltage(long time, int level)
    {
        if (Sag.At(time) is { } sag) return sag.Magnitude + (0.8 * SeededNoise.White(key, time));
        var (low, high) = (shape.MainsVolts[0], shape.MainsVolts[1]);
        var wander = (low + high) / 2 + ((high - low) / 2 * SeededNoise.Smooth(key, time, TenMinutes));
        return Math.Clamp(wander - (level * 0.015) + (0.4 * SeededNoise.White(key, time)), low, high);
    }

    /// <summary>Frequency of the grid, Hz: the same for every cabinet but for the meters' own noise.</summary>
    public double Frequency(long time) => 50 + (0.04 * SeededNoise.Smooth(seed, time, 60_000)) + (0.012 * SeededNoise.White(key + 1, time));
}
