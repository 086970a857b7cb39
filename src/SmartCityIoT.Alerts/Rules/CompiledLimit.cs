using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Rules;

/// <summary>A threshold rule's limit as the evaluation uses it: raw units of one layout and microseconds, no look-ups left.</summary>
internal sealed class CompiledLimit
{
    private CompiledLimit(AlertRule rule, int slot, RuleLimit limit, SectorField field)
    {
        Rule = rule;
        Slot = slot;
        Limit = limit;
        Field = field;
        Bit = field.Bit;
        Mask = 1u << field.Bit;
        IsAbove = rule.Direction == RuleDirection.Above;
        Raise = ToRaw(limit.Raise, field.Scale, IsAbove);
        Clear = ToRaw(limit.Clear, field.Scale, IsAbove);
        From = Microseconds(limit.FromMilliseconds);
        To = Microseconds(limit.ToMilliseconds);
        Dwell = rule.DwellSeconds * 1_000_000L;
        ClearAfter = rule.ClearAfterSeconds * 1_000_000L;
    }

    public AlertRule Rule { get; }

    public RuleLimit Limit { get; }

    public SectorField Field { get; }

    /// <summary>Place of the rule among the threshold rules of its sector: limits of one rule share what it remembers.</summary>
    public int Slot { get; }

    public int Bit { get; }

    public uint Mask { get; }

    public bool IsAbove { get; }

    public long Raise { get; }

    public long Clear { get; }

    /// <summary>Sample times, in microseconds, for which the limit holds: from here …</summary>
    public long From { get; }

    /// <summary>… until before here.</summary>
    public long To { get; }

    public long Dwell { get; }

    public long ClearAfter { get; }

    /// <summary>The rule's limits for one layout; none where the layout does not carry the field.</summary>
    public static IEnumerable<CompiledLimit> Compile(AlertRule rule, int slot, SectorSchema schema)
    {
        if (schema.FieldNamed(rule.Field!) is not { } field) return [];
        return rule.Limits.Select(limit => new CompiledLimit(rule, slot, limit, field));
    }

    public bool IsBad(long raw) => IsAbove ? raw > Raise : raw < Raise;

    public bool IsGood(long raw) => IsAbove ? raw <= Clear : raw >= Clear;

    /// <summary>
    /// The raw level that splits raw values exactly as the physical level splits physical ones: a level between two raw values
    /// moves to the one on the good side.
    /// </summary>
    private static long ToRaw(decimal physical, DecimalScale scale, bool isAbove)
    {
        for (var digit = 0; digit < scale.Digits; digit++) physical *= 10;
        var exact = physical / scale.Multiplier;
        return (long)(isAbove ? Math.Floor(exact) : Math.Ceiling(exact));
    }

    private static long Microseconds(long milliseconds) =>
        milliseconds is long.MinValue or long.MaxValue ? milliseconds : milliseconds * 1000;
}
