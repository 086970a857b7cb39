namespace SmartCityIoT.Alerts.Rules;

/// <summary>One rule as its file declares it, with the options' changes applied. Levels are in the field's physical unit, of a clock in seconds.</summary>
public sealed record AlertRule
{
    /// <summary>Name of the rule in alerts, options and on the API; unique over all sectors.</summary>
    public required string Id { get; init; }

    public required RuleKind Kind { get; init; }

    /// <summary>Name of the sector whose devices the rule watches.</summary>
    public required string Sector { get; init; }

    public required AlertSeverity Severity { get; init; }

    public required string LabelVi { get; init; }

    public required string LabelEn { get; init; }

    /// <summary>Name of the watched field; null but for <see cref="RuleKind.Threshold"/>.</summary>
    public string? Field { get; init; }

    public RuleDirection Direction { get; init; }

    /// <summary>How long every sample must lie beyond the raise level before the alert is raised, in seconds of sample time.</summary>
    public int DwellSeconds { get; init; }

    /// <summary>How long every sample must lie at the clear level or better before the alert is cleared, in seconds of sample time.</summary>
    public int ClearAfterSeconds { get; init; }

    /// <summary>The limit over the years; at most one is valid at a time.</summary>
    public required IReadOnlyList<RuleLimit> Limits { get; init; }

    /// <summary>Area codes that the rule is for; empty for all.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>Model codes that the rule is for; empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>What is different at single sites, by site code.</summary>
    public IReadOnlyDictionary<string, RuleAdjustment> Sites { get; init; } = new Dictionary<string, RuleAdjustment>();

    /// <summary>Whether the rule is for such a device, apart from what differs at single sites.</summary>
    public bool IsFor(string sector, string model, string area) =>
        Sector == sector && (Models.Count == 0 || Models.Contains(model)) && (Areas.Count == 0 || Areas.Contains(area));
}

/// <summary>What a rule looks at.</summary>
public enum RuleKind
{
    /// <summary>A field's value beyond a level.</summary>
    Threshold,

    /// <summary>No decoded telemetry for several reporting intervals.</summary>
    Silent,

    /// <summary>A device clock that is ahead of receipt, or behind it, by more seconds than a level.</summary>
    Clock,
}

/// <summary>On which side of its level a value is bad.</summary>
public enum RuleDirection
{
    Above,
    Below,
}
