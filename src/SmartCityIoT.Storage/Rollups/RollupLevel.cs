namespace SmartCityIoT.Storage.Rollups;

/// <summary>The two widths that readings are rolled up to.</summary>
internal sealed class RollupLevel
{
    public const long MinuteMs = 60_000;
    public const long HourMs = 60 * MinuteMs;

    private RollupLevel(string suffix, long intervalMs)
    {
        Suffix = suffix;
        IntervalMs = intervalMs;
    }

    public static RollupLevel Minute { get; } = new("1m", MinuteMs);

    public static RollupLevel Hour { get; } = new("1h", HourMs);

    /// <summary>Ends the measurement's name and the retention policy's: <c>1m</c> or <c>1h</c>.</summary>
    public string Suffix { get; }

    /// <summary>Width of a row in milliseconds; rows start at its multiples since the Unix epoch.</summary>
    public long IntervalMs { get; }

    /// <summary>Measurement of a sector's rows: <c>water_1h</c>.</summary>
    public string Measurement(string sector) => $"{sector}_{Suffix}";

    /// <summary>The start of the row that a time lies in, or the time itself where it is one.</summary>
    public long Floor(long ms) => ms - (((ms % IntervalMs) + IntervalMs) % IntervalMs);

    /// <summary>The first start of a row that is not before a time.</summary>
    public long Ceiling(long ms) => Floor(ms + IntervalMs - 1);

    /// <summary>The hour that a time lies in.</summary>
    public static long HourOf(long ms) => Hour.Floor(ms);
}
