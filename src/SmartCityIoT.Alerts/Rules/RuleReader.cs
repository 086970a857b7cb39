using System.Text.Json;

namespace SmartCityIoT.Alerts.Rules;

/// <summary>
/// Reads a sector's rules: <c>{ "sector", "version", "rules": [ { "id", "kind": "threshold" | "silent" | "clock", "severity", "label": { "vi", "en" },
/// "field", "direction": "above" | "below", "dwellSeconds", "clearAfterSeconds", "areas", "models",
/// "limits": [ { "raise", "clear" | "intervals", "validFrom", "validTo", "source", "sourceState": "verified" | "default" } ],
/// "sites": { "code": { "enabled", "raise", "clear", "dwellSeconds", "clearAfterSeconds" } } } ] }</c>.
/// Levels are numbers in the field's physical unit, of a clock in seconds. Members nobody knows are refused.
/// </summary>
public static class RuleReader
{
    /// <summary>Longest dwell, a week in seconds.</summary>
    public const int LongestDwellSeconds = 7 * 24 * 3600;

    /// <summary>Most reporting intervals that a silent rule waits.</summary>
    private const int MostIntervals = 1000;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <param name="name">What to call the file in complaints.</param>
    /// <param name="json">The file's text, UTF-8 without a byte order mark.</param>
    /// <exception cref="RuleFileException">The text holds no usable rules; the message says where and what, in one line.</exception>
    public static RuleFile Parse(string name, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return ReadFile(name, new RuleElement(name, "", document.RootElement));
        }
        catch (JsonException problem)
        {
            var line = problem.LineNumber is { } number ? $"line {number + 1}: " : "";
            throw new RuleFileException($"{name}: {line}is not well-formed JSON", problem);
        }
    }

    private static RuleFile ReadFile(string name, RuleElement file)
    {
        file.AsObject("sector", "version", "rules");
        var sector = file.Member("sector").Text();
        var rules = new List<AlertRule>();
        foreach (var item in file.Member("rules").Items())
        {
            var rule = ReadRule(sector, item);
            if (rules.Exists(other => other.Id == rule.Id)) throw item.Fail($"the rule \"{rule.Id}\" stands twice");
            rules.Add(rule);
        }

        return new RuleFile(name, sector, file.Member("version").Text(), rules);
    }

    private static AlertRule ReadRule(string sector, RuleElement rule)
    {
        var kind = rule.Member("kind").Choice(("threshold", RuleKind.Threshold), ("silent", RuleKind.Silent), ("clock", RuleKind.Clock));
        if (kind != RuleKind.Threshold) rule.AsObject("id", "kind", "severity", "label", "areas", "models", "limits", "sites");
        else rule.AsObject("id", "kind", "severity", "label", "areas", "models", "limits", "sites", "field", "direction", "dwellSeconds", "clearAfterSeconds");

        var label = rule.Member("label");
        label.AsObject("vi", "en");
        var read = new AlertRule
        {
            Id = rule.Member("id").Id(),
            Kind = kind,
            Sector = sector,
            Severity = rule.Member("severity")
                .Choice(("info", AlertSeverity.Info), ("warning", AlertSeverity.Warning), ("critical", AlertSeverity.Critical)),
            LabelVi = label.Member("vi").Text(),
            LabelEn = label.Member("en").Text(),
            Areas = Texts(rule.Find("areas")),
            Models = Texts(rule.Find("models")),
            Limits = [.. rule.Member("limits").Items().Select(limit => ReadLimit(kind, limit))],
            Sites = rule.Find("sites")?.Members().ToDictionary(site => site.Name, site => ReadAdjustment(kind, site.Value)) ?? [],
        };
        if (read.Limits.Count == 0) throw rule.Fail("needs a limit");
        if (kind != RuleKind.Threshold) return read;
        return read with
        {
            Field = rule.Member("field").Text(),
            Direction = rule.Member("direction").Choice(("above", RuleDirection.Above), ("below", RuleDirection.Below)),
            DwellSeconds = rule.Find("dwellSeconds")?.Integer(0, LongestDwellSeconds) ?? 0,
            ClearAfterSeconds = rule.Find("clearAfterSeconds")?.Integer(0, LongestDwellSeconds) ?? 0,
        };
    }

    private static RuleLimit ReadLimit(RuleKind kind, RuleElement limit)
    {
        if (kind == RuleKind.Silent) limit.AsObject("intervals", "validFrom", "validTo", "source", "sourceState");
        else limit.AsObject("raise", "clear", "validFrom", "validTo", "source", "sourceState");

        var raise = kind == RuleKind.Silent ? limit.Member("intervals").Integer(1, MostIntervals) : limit.Member("raise").Number();
        return new RuleLimit
        {
            Raise = raise,
            Clear = kind == RuleKind.Silent ? raise : limit.Member("clear").Number(),
            ValidFrom = limit.Find("validFrom")?.Date(),
            ValidTo = limit.Find("validTo")?.Date(),
            Source = limit.Member("source").Text(),
            SourceState = limit.Member("sourceState").Choice(("verified", SourceState.Verified), ("default", SourceState.Default)),
        };
    }

    private static RuleAdjustment ReadAdjustment(RuleKind kind, RuleElement site)
    {
        if (kind == RuleKind.Silent) site.AsObject("enabled", "intervals");
        else if (kind == RuleKind.Clock) site.AsObject("enabled", "raise", "clear");
        else site.AsObject("enabled", "raise", "clear", "dwellSeconds", "clearAfterSeconds");
        return new RuleAdjustment
        {
            Enabled = site.Find("enabled")?.Boolean(),
            Raise = kind == RuleKind.Silent ? site.Find("intervals")?.Integer(1, MostIntervals) : site.Find("raise")?.Number(),
            Clear = site.Find("clear")?.Number(),
            DwellSeconds = site.Find("dwellSeconds")?.Integer(0, LongestDwellSeconds),
            ClearAfterSeconds = site.Find("clearAfterSeconds")?.Integer(0, LongestDwellSeconds),
        };
    }

    private static string[] Texts(RuleElement? list) => list?.Items().Select(item => item.Text()).ToArray() ?? [];
}
