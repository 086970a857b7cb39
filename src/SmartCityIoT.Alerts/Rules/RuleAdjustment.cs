namespace SmartCityIoT.Alerts.Rules;

/// <summary>What differs from a rule at one site, or everywhere by option. Null members leave the rule as it is.</summary>
public class RuleAdjustment
{
    /// <summary>False switches the rule off. Default null: as the rule says.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Raise level in the field's physical unit, or the silent rule's number of intervals. Default null: the rule's.</summary>
    public decimal? Raise { get; init; }

    /// <summary>Clear level in the field's physical unit. Default null: the rule's.</summary>
    public decimal? Clear { get; init; }

    /// <summary>Seconds of dwell before raising, 0 to 604,800. Default null: the rule's.</summary>
    public int? DwellSeconds { get; init; }

    /// <summary>Seconds before clearing, 0 to 604,800. Default null: the rule's.</summary>
    public int? ClearAfterSeconds { get; init; }

    /// <summary>The rule with the differences applied, to all of its limits.</summary>
    public AlertRule ApplyTo(AlertRule rule) => rule with
    {
        DwellSeconds = DwellSeconds ?? rule.DwellSeconds,
        ClearAfterSeconds = ClearAfterSeconds ?? rule.ClearAfterSeconds,
        Limits = Raise is null && Clear is null
            ? rule.Limits
            : [.. rule.Limits.Select(limit => limit with { Raise = Raise ?? limit.Raise, Clear = ClearOf(rule.Kind, limit) })],
    };

    private decimal ClearOf(RuleKind kind, RuleLimit limit) =>
        kind == RuleKind.Silent ? Raise ?? limit.Raise : Clear ?? limit.Clear;
}
