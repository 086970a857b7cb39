namespace SmartCityIoT.Alerts.Rules;

/// <summary>A clock rule's limit as the evaluation uses it: milliseconds, no look-ups left.</summary>
internal sealed class ClockLimit(AlertRule rule, int slot, RuleLimit limit)
{
    public AlertRule Rule => rule;

    /// <summary>Place of the rule among those of its sector that remember something.</summary>
    public int Slot => slot;

    public RuleLimit Limit => limit;

    /// <summary>Milliseconds ahead or behind beyond which a clock is wrong.</summary>
    public long Raise { get; } = (long)(limit.Raise * 1000);

    private readonly long clear = (long)(limit.Clear * 1000);

    public bool IsBad(long skew) => Math.Abs(skew) > Raise;

    public bool IsGood(long skew) => Math.Abs(skew) <= clear;
}
