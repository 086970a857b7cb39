using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Rules;

/// <summary>All rules of the platform: read, changed by options, checked against the sectors' fields.</summary>
public sealed class RuleSet
{
    private readonly Dictionary<string, SectorRules> sectors;
    private readonly Dictionary<string, AlertRule> byId;

    private RuleSet(IReadOnlyList<AlertRule> rules)
    {
        Rules = rules;
        byId = rules.ToDictionary(rule => rule.Id);
        sectors = rules.GroupBy(rule => rule.Sector).ToDictionary(group => group.Key, group => new SectorRules(group.Key, [.. group]));
    }

    /// <summary>The rules that are switched on.</summary>
    public IReadOnlyList<AlertRule> Rules { get; }

    /// <summary>Checks the rules and applies the options to them.</summary>
    /// <exception cref="RuleFileException">A rule or an option does not fit, in one line.</exception>
    public static RuleSet Build(IEnumerable<RuleFile> files, SectorCatalog catalog, AlertOptions options)
    {
        var rules = new List<AlertRule>();
        var known = new HashSet<string>();
        foreach (var file in files)
        {
            var pack = catalog.PackNamed(file.Sector) ?? throw new RuleFileException($"{file.Name}: there is no sector \"{file.Sector}\"");
            foreach (var read in file.Rules)
            {
                var place = $"{file.Name}: rule \"{read.Id}\"";
                if (!known.Add(read.Id)) throw new RuleFileException($"{place}: the id is taken by another sector's rule");
                if (Change(read, options) is not { } rule) continue;
                RuleCheck.Check(rule, pack, place);
                rules.Add(rule);
            }
        }

        foreach (var id in options.Rules.Keys)
        {
            if (!known.Contains(id)) throw new RuleFileException($"{AlertOptions.Section}:Rules:{id}: there is no such rule");
        }

        return new RuleSet(rules);
    }

    /// <summary>The rule of that id, or null.</summary>
    public AlertRule? Find(string id) => byId.GetValueOrDefault(id);

    internal SectorRules? ForSector(string sector) => sectors.GetValueOrDefault(sector);

    private static AlertRule? Change(AlertRule rule, AlertOptions options)
    {
        var isEnabled = rule.Kind switch
        {
            RuleKind.Silent => options.SilentEnabled,
            RuleKind.Clock => options.ClockEnabled,
            _ => options.ThresholdsEnabled,
        };
        if (!isEnabled) return null;
        if (!options.Rules.TryGetValue(rule.Id, out var change)) return rule;
        if (change.Enabled == false) return null;
        var changed = change.ApplyTo(rule);
        if (change.Sites.Count == 0) return changed;
        var sites = new Dictionary<string, RuleAdjustment>(rule.Sites);
        foreach (var (site, adjustment) in change.Sites) sites[site] = adjustment;
        return changed with { Sites = sites };
    }
}
