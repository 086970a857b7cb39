namespace SmartCityIoT.Alerts.Rules;

/// <summary>What the options change of one rule: everywhere, and at single sites.</summary>
public sealed class RuleOverride : RuleAdjustment
{
    /// <summary>Differences at single sites, by site code, in place of the rule file's for that site. Default: none.</summary>
    public Dictionary<string, RuleAdjustment> Sites { get; init; } = [];
}
