using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Rules;

/// <summary>The rules of one sector, and what they come to for each kind of device. Used by one thread.</summary>
internal sealed class SectorRules(string sector, IReadOnlyList<AlertRule> rules)
{
    private readonly AlertRule[] slotted = [.. rules.Where(rule => rule.Kind is RuleKind.Threshold or RuleKind.Clock)];
    private readonly AlertRule[] silent = [.. rules.Where(rule => rule.Kind == RuleKind.Silent)];
    private readonly HashSet<string> specialSites = [.. rules.SelectMany(rule => rule.Sites.Keys)];
    private readonly Dictionary<(SectorSchema, string Model, string Area, string Site), CompiledLimit[]> plans = [];

    public string Sector => sector;

    /// <summary>What each device and channel must remember: one slot per threshold or clock rule.</summary>
    public int SlotCount => slotted.Length;

    public AlertRule RuleAt(int slot) => slotted[slot];

    /// <summary>The slot of a rule, or −1.</summary>
    public int SlotOf(string rule) => Array.FindIndex(slotted, each => each.Id == rule);

    /// <summary>The limits that a device's readings of one layout are held against; the same array for devices alike.</summary>
    public CompiledLimit[] PlanFor(SectorSchema schema, string model, string area, string site)
    {
        var key = (schema, model, area, specialSites.Contains(site) ? site : "");
        if (plans.TryGetValue(key, out var plan)) return plan;
        var limits = new List<CompiledLimit>();
        for (var slot = 0; slot < slotted.Length; slot++)
        {
            if (slotted[slot].Kind == RuleKind.Threshold && At(slotted[slot], model, area, site) is { } rule) limits.AddRange(CompiledLimit.Compile(rule, slot, schema));
        }

        return plans[key] = [.. limits];
    }

    /// <summary>The limits that a device's clock is held against.</summary>
    public ClockLimit[] ClockPlanFor(string model, string area, string site)
    {
        var limits = new List<ClockLimit>();
        for (var slot = 0; slot < slotted.Length; slot++)
        {
            if (slotted[slot].Kind != RuleKind.Clock || At(slotted[slot], model, area, site) is not { } rule) continue;
            foreach (var limit in rule.Limits) limits.Add(new ClockLimit(rule, slot, limit));
        }

        return [.. limits];
    }

    /// <summary>The silent rule for a device, or null.</summary>
    public AlertRule? SilentFor(string model, string area, string site) =>
        silent.Select(rule => At(rule, model, area, site)).FirstOrDefault(rule => rule is not null);

    private AlertRule? At(AlertRule rule, string model, string area, string site)
    {
        if (!rule.IsFor(sector, model, area)) return null;
        if (!rule.Sites.TryGetValue(site, out var adjustment)) return rule;
        return adjustment.Enabled == false ? null : adjustment.ApplyTo(rule);
    }
}
