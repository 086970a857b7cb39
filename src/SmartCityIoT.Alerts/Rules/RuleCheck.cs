using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Rules;

/// <summary>Says what is wrong with a rule before it is used: a limit that can never clear, or a field that nobody measures.</summary>
internal static class RuleCheck
{
    /// <exception cref="RuleFileException">In one line, beginning with <paramref name="place"/>.</exception>
    public static void Check(AlertRule rule, SectorPack pack, string place)
    {
        CheckTimes(rule, place);
        CheckVariant(rule, pack, place);
        foreach (var (site, adjustment) in rule.Sites)
        {
            if (adjustment.Enabled != false) CheckVariant(adjustment.ApplyTo(rule), pack, $"{place}: site \"{site}\"");
        }
    }

    private static void CheckTimes(AlertRule rule, string place)
    {
        for (var i = 0; i < rule.Limits.Count; i++)
        {
            var limit = rule.Limits[i];
            if (limit.FromMilliseconds >= limit.ToMilliseconds) throw new RuleFileException($"{place}: a limit's validFrom must be before its validTo");
            foreach (var other in rule.Limits.Take(i))
            {
                if (limit.FromMilliseconds < other.ToMilliseconds && other.FromMilliseconds < limit.ToMilliseconds)
                {
                    throw new RuleFileException($"{place}: two of its limits are valid at the same time");
                }
            }
        }
    }

    private static void CheckVariant(AlertRule rule, SectorPack pack, string place)
    {
        if (rule.DwellSeconds is < 0 or > RuleReader.LongestDwellSeconds || rule.ClearAfterSeconds is < 0 or > RuleReader.LongestDwellSeconds)
        {
            throw new RuleFileException($"{place}: dwellSeconds and clearAfterSeconds must be from 0 to {RuleReader.LongestDwellSeconds}");
        }

        if (rule.Kind == RuleKind.Silent)
        {
            if (rule.Limits.Any(limit => limit.Raise < 1)) throw new RuleFileException($"{place}: intervals must be 1 or more");
            return;
        }

        if (rule.Kind == RuleKind.Threshold) CheckField(rule, pack, place);
        foreach (var limit in rule.Limits)
        {
            if (Math.Abs(limit.Raise) > 1_000_000_000m || Math.Abs(limit.Clear) > 1_000_000_000m)
            {
                throw new RuleFileException($"{place}: a level must be at most 1,000,000,000");
            }

            if (rule.Kind == RuleKind.Clock && (limit.Raise <= 0 || limit.Clear <= 0)) throw new RuleFileException($"{place}: a clock's levels must be over 0 s");
            var isOrdered = rule.Direction == RuleDirection.Above ? limit.Clear <= limit.Raise : limit.Clear >= limit.Raise;
            if (!isOrdered) throw new RuleFileException($"{place}: the clear level lies on the bad side of the raise level");
        }
    }

    private static void CheckField(AlertRule rule, SectorPack pack, string place)
    {
        var field = pack.Schemas.Select(schema => schema.FieldNamed(rule.Field!)).FirstOrDefault(found => found is not null)
            ?? throw new RuleFileException($"{place}: the sector {pack.Name} has no field \"{rule.Field}\"");
        if (field.Role != FieldRole.Value) throw new RuleFileException($"{place}: the field \"{rule.Field}\" is no quantity");
    }
}
