namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>How one field of a device moves from reading to reading.</summary>
/// <param name="Kind">Which way the other numbers are to be read.</param>
/// <param name="Low">Least raw value; of a daily course the value in its quiet hours.</param>
/// <param name="High">Greatest raw value; of a daily course the value in its busy hours.</param>
/// <param name="Step">Most that one reading is off the one before, or off the course; of a counter the most that it grows.</param>
internal sealed record FieldWalk(string Field, WalkKind Kind, int Low, int High, int Step)
{
    private const int SteadyReadings = 400;

    /// <summary>Eight fields of each sector as a meter, a lane and a lamp really send them.</summary>
    public static IReadOnlyList<FieldWalk> Of(string sector) => sector switch
    {
        "water" =>
        [
            new("flow", WalkKind.ByDay, 60, 1_900, 180), new("volume", WalkKind.Counter, 120_000, 4_000_000, 130), new("pressure", WalkKind.Walk, 2_400, 4_200, 15),
            new("temperature", WalkKind.Walk, 2_400, 3_000, 3), new("min_flow_24h", WalkKind.Steady, 20, 90, 4), new("rssi", WalkKind.Walk, -112, -70, 2),
            new("battery_voltage", WalkKind.Walk, 3_520, 3_660, 1), new("status", WalkKind.Steady, 0, 0, 0),
        ],
        "traffic" =>
        [
            new("motorbike_count", WalkKind.ByDay, 8, 420, 40), new("car_count", WalkKind.ByDay, 2, 95, 14), new("bus_count", WalkKind.ByDay, 0, 6, 2),
            new("truck_count", WalkKind.ByDay, 1, 12, 4), new("mean_speed", WalkKind.Walk, 44, 104, 5), new("occupancy", WalkKind.ByDay, 2, 76, 9),
            new("detection_quality", WalkKind.Walk, 82, 99, 1), new("status", WalkKind.Steady, 0, 0, 0),
        ],
        _ =>
        [
            new("dim_level", WalkKind.Steady, 0, 100, 20), new("power", WalkKind.ByNight, 4, 1_180, 12), new("energy", WalkKind.Counter, 40_000, 900_000, 9),
            new("voltage", WalkKind.Walk, 2_180, 2_390, 6), new("current", WalkKind.ByNight, 2, 530, 6), new("frequency", WalkKind.Walk, 4_988, 5_012, 2),
            new("gear_temperature", WalkKind.Walk, 260, 480, 4), new("faults", WalkKind.Steady, 0, 0, 0),
        ],
    };

    public long First(Random random) => random.NextInt64(Low, High + 1L);

    /// <param name="busy">0 in the quiet hours of a day, 1 in its busiest.</param>
    public long Next(long value, double busy, Random random) => Kind switch
    {
        WalkKind.Walk => Math.Clamp(value + random.Next(-Step, Step + 1), Low, High),
        WalkKind.ByDay => Math.Max(0, Low + (long)((High - Low) * busy) + random.Next(-Step, Step + 1)),
        WalkKind.ByNight => Math.Max(0, Low + (long)((High - Low) * (1 - busy)) + random.Next(-Step, Step + 1)),
        WalkKind.Counter => value + (long)(busy * random.Next(Step + 1)),
        _ => Step > 0 && random.Next(SteadyReadings) == 0 ? Math.Clamp(value + random.Next(-Step, Step + 1), Low, High) : value,
    };
}

/// <summary>Ways in which a measured quantity moves.</summary>
internal enum WalkKind
{
    /// <summary>A little up or down from where it was.</summary>
    Walk,

    /// <summary>With the life of the city, and noise.</summary>
    ByDay,

    /// <summary>Against it.</summary>
    ByNight,

    /// <summary>Up only.</summary>
    Counter,

    /// <summary>Seldom.</summary>
    Steady,
}
