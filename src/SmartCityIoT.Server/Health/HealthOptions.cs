using System.ComponentModel.DataAnnotations;

namespace SmartCityIoT.Server.Health;

/// <summary>When the platform calls itself ready (section <c>SmartCity:Health</c>).</summary>
public sealed class HealthOptions
{
    public const string Section = "SmartCity:Health";

    /// <summary>Part of the journal's limit beyond which the platform is not ready. Default 0.8.</summary>
    [Range(0.01, 1.0)]
    public double JournalFullFraction { get; init; } = 0.8;

    /// <summary>Silence on a connected broker link beyond which the platform is not ready. Default 15 minutes; 0 = never.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan QuietLinkAfter { get; init; } = TimeSpan.FromMinutes(15);
}
