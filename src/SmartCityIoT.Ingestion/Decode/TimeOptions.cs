using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Ingestion.Decode;

/// <summary>Which device times are used (section <c>SmartCity:Time</c>).</summary>
public sealed class TimeOptions
{
    public const string Section = "SmartCity:Time";

    /// <summary>A device time older than this before its receipt is replaced by the time of receipt. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "200000.00:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A device time further than this after its receipt is replaced by the time of receipt. Default 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "200000.00:00:00")]
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Both in whole milliseconds.</summary>
    internal (long MaxAge, long MaxAhead) Milliseconds => (MaxAge.Ticks / TimeSpan.TicksPerMillisecond, MaxAhead.Ticks / TimeSpan.TicksPerMillisecond);
}
