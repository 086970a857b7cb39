using System.ComponentModel.DataAnnotations;
using SmartCityIoT.Alerts.Rules;

namespace SmartCityIoT.Alerts;

/// <summary>Options of the alert engine, section <c>SmartCity:Alerts</c>.</summary>
public sealed class AlertOptions
{
    public const string Section = "SmartCity:Alerts";

    /// <summary>
    /// Folder with one folder per sector that may hold a <c>rules.json</c>; a relative path starts at the program's own folder. Default <c>packs</c>.
    /// </summary>
    [Required]
    public string RulesDirectory { get; init; } = "packs";

    /// <summary>Whether threshold rules raise alerts. Default true.</summary>
    public bool ThresholdsEnabled { get; init; } = true;

    /// <summary>Whether devices that send nothing raise alerts. Default true.</summary>
    public bool SilentEnabled { get; init; } = true;

    /// <summary>Whether wrong device clocks raise alerts. Default true.</summary>
    public bool ClockEnabled { get; init; } = true;

    /// <summary>What differs from the shipped rules, by rule id. Default: nothing.</summary>
    public Dictionary<string, RuleOverride> Rules { get; init; } = [];

    /// <summary>Days that a cleared alert is kept, 1 to 36,500. Default 730.</summary>
    [Range(1, 36_500)]
    public int RetentionDays { get; init; } = 730;
}
