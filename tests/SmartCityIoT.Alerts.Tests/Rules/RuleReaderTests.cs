using System.Text;
using CsCheck;
using SmartCityIoT.Alerts.Rules;

namespace SmartCityIoT.Alerts.Tests.Rules;

public class RuleReaderTests
{
    private const string Good = """
        { "sector": "water", "version": "1", "rules": [
          { "id": "low", "kind": "threshold", "severity": "warning", "label": { "vi": "Thấp", "en": "Low" },
            "field": "pressure", "direction": "below", "dwellSeconds": 120, "clearAfterSeconds": 60, "models": ["WM-20"], "areas": ["24118"],
            "limits": [
              { "raise": 100, "clear": 110.5, "validTo": "2025-07-01", "source": "a", "sourceState": "verified" },
              { "raise": 90, "clear": 95, "validFrom": "2025-07-01", "source": "b", "sourceState": "default" } ],
            "sites": { "TL-01": { "raise": 50, "clear": 60, "dwellSeconds": 0 }, "TL-02": { "enabled": false } } },
          { "id": "silent", "kind": "silent", "severity": "critical", "label": { "vi": "Im", "en": "Silent" },
            "limits": [ { "intervals": 3, "source": "c", "sourceState": "default" } ] },
          { "id": "clock", "kind": "clock", "severity": "info", "label": { "vi": "Giờ", "en": "Clock" },
            "limits": [ { "raise": 300, "clear": 240, "source": "d", "sourceState": "default" } ], "sites": { "TL-03": { "raise": 600 } } } ] }
        """;

    [Fact]
    public void Reads_all_that_a_rule_may_say()
    {
        var file = Parse(Good);
        var low = file.Rules[0];
        Assert.Equal(("water", "1", "low", RuleKind.Threshold), (file.Sector, file.Version, low.Id, low.Kind));
        Assert.Equal((AlertSeverity.Warning, "Thấp", "Low", "pressure"), (low.Severity, low.LabelVi, low.LabelEn, low.Field));
        Assert.Equal((RuleDirection.Below, 120, 60), (low.Direction, low.DwellSeconds, low.ClearAfterSeconds));
        Assert.Equal((110.5m, SourceState.Verified, new DateOnly(2025, 7, 1)), (low.Limits[0].Clear, low.Limits[0].SourceState, low.Limits[0].ValidTo));
        Assert.False(low.Limits[0].HoldsAt(low.Limits[1].FromMilliseconds));
        Assert.True(low.Limits[0].HoldsAt(low.Limits[1].FromMilliseconds - 1));
        Assert.False(low.Sites["TL-02"].Enabled);
        Assert.Equal(50, low.Sites["TL-01"].Raise);
        Assert.Equal((RuleKind.Silent, 3m), (file.Rules[1].Kind, file.Rules[1].Limits[0].Raise));
        Assert.Equal((RuleKind.Clock, 300m, 240m, 600m), (file.Rules[2].Kind, file.Rules[2].Limits[0].Raise, file.Rules[2].Limits[0].Clear, file.Rules[2].Sites["TL-03"].Raise));
    }

    [Theory]
    [InlineData("\"direction\": \"below\"", "\"direction\": \"under\"", "rules[0].direction: must be one of above, below")]
    [InlineData("\"raise\": 100", "\"raise\": \"100\"", "rules[0].limits[0].raise: must be a number")]
    [InlineData("\"dwellSeconds\": 120", "\"dwelSeconds\": 120", "rules[0]: has an unknown member \"dwelSeconds\"")]
    [InlineData("\"dwellSeconds\": 120", "\"dwellSeconds\": -1", "rules[0].dwellSeconds: must be a whole number from 0 to 604800")]
    [InlineData("\"id\": \"silent\"", "\"id\": \"low\"", "rules[1]: the rule \"low\" stands twice")]
    [InlineData("\"id\": \"silent\"", "\"id\": \"So Silent\"", "rules[1].id: must be 1 to 64 lower-case letters, digits and hyphens")]
    [InlineData("\"source\": \"a\", ", "", "rules[0].limits[0]: needs a member \"source\"")]
    [InlineData("\"source\": \"a\"", "\"source\": \" \"", "rules[0].limits[0].source: must be a text that says something")]
    [InlineData("2025-07-01\", \"source\": \"a\"", "July\", \"source\": \"a\"", "rules[0].limits[0].validTo: must be a date such as 2025-07-01")]
    [InlineData("\"intervals\": 3", "\"intervals\": 0", "rules[1].limits[0].intervals: must be a whole number from 1 to 1000")]
    [InlineData("\"enabled\": false", "\"enabled\": 0", "rules[0].sites.TL-02.enabled: must be true or false")]
    [InlineData("\"raise\": 300, ", "\"raise\": 300, \"field\": \"ph\", ", "rules[2].limits[0]: has an unknown member \"field\"")]
    [InlineData("\"raise\": 600", "\"dwellSeconds\": 6", "rules[2].sites.TL-03: has an unknown member \"dwellSeconds\"")]
    [InlineData("{ \"sector\"", "[ \"sector\"", "line 1: is not well-formed JSON")]
    public void Says_where_and_what_is_wrong_in_one_line(string text, string instead, string complaint)
    {
        Assert.Contains(text, Good, StringComparison.Ordinal);
        var failure = Assert.Throws<RuleFileException>(() => Parse(Good.Replace(text, instead, StringComparison.Ordinal)));
        Assert.Equal("rules.json: " + complaint, failure.Message);
    }

    [Theory]
    [InlineData("\"field\": \"pressure\"", "\"field\": \"mood\"", "the sector water has no field \"mood\"")]
    [InlineData("\"field\": \"pressure\"", "\"field\": \"status\"", "the field \"status\" is no quantity")]
    [InlineData("\"clear\": 110.5", "\"clear\": 99", "the clear level lies on the bad side of the raise level")]
    [InlineData("\"raise\": 50, \"clear\": 60", "\"raise\": 120", "site \"TL-01\": the clear level lies on the bad side of the raise level")]
    [InlineData("\"validFrom\": \"2025-07-01\"", "\"validFrom\": \"2025-06-30\"", "two of its limits are valid at the same time")]
    [InlineData("\"raise\": 90, \"clear\": 95", "\"raise\": 1e20, \"clear\": 1e21", "a level must be at most 1,000,000,000")]
    public void Refuses_a_rule_that_cannot_work(string text, string instead, string complaint)
    {
        Assert.Contains(text, Good, StringComparison.Ordinal);
        var file = Parse(Good.Replace(text, instead, StringComparison.Ordinal));
        var failure = Assert.Throws<RuleFileException>(() => RuleSet.Build([file], District.Catalog, new AlertOptions()));
        Assert.Equal($"rules.json: rule \"low\": {complaint}", failure.Message);
    }

    [Theory]
    [InlineData("\"clear\": 240", "\"clear\": 301", "the clear level lies on the bad side of the raise level")]
    [InlineData("\"clear\": 240", "\"clear\": 0", "a clock's levels must be over 0 s")]
    [InlineData("\"raise\": 600", "\"raise\": 200", "site \"TL-03\": the clear level lies on the bad side of the raise level")]
    public void Refuses_a_clock_rule_that_cannot_work(string text, string instead, string complaint)
    {
        Assert.Contains(text, Good, StringComparison.Ordinal);
        var file = Parse(Good.Replace(text, instead, StringComparison.Ordinal));
        var failure = Assert.Throws<RuleFileException>(() => RuleSet.Build([file], District.Catalog, new AlertOptions()));
        Assert.Equal($"rules.json: rule \"clock\": {complaint}", failure.Message);
    }

    [Fact]
    public void Refuses_a_sector_that_is_not_there_and_an_id_that_is_taken()
    {
        var file = Parse(Good);
        Assert.Equal(
            "rules.json: there is no sector \"water\"",
            Assert.Throws<RuleFileException>(() => RuleSet.Build([file], new([]), new AlertOptions())).Message);
        Assert.Contains(
            "taken",
            Assert.Throws<RuleFileException>(() => RuleSet.Build([file, file], District.Catalog, new AlertOptions())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Options_change_switch_off_and_refine()
    {
        RuleSet Build(AlertOptions options) => RuleSet.Build([Parse(Good)], District.Catalog, options);
        Assert.Equal(3, Build(new AlertOptions()).Rules.Count);
        Assert.Null(Build(new AlertOptions { ClockEnabled = false }).Find("clock"));
        Assert.Null(Build(new AlertOptions { SilentEnabled = false }).Find("silent"));
        Assert.Null(Build(new AlertOptions { ThresholdsEnabled = false }).Find("low"));
        Assert.Null(Build(Change("low", new RuleOverride { Enabled = false })).Find("low"));

        var changed = Build(Change("low", new RuleOverride { Raise = 80, DwellSeconds = 5, Sites = { ["X"] = new RuleAdjustment { Enabled = false } } }))
            .Find("low")!;
        Assert.Equal((80m, 110.5m, 5, 60), (changed.Limits[0].Raise, changed.Limits[0].Clear, changed.DwellSeconds, changed.ClearAfterSeconds));
        Assert.Equal(["TL-01", "TL-02", "X"], changed.Sites.Keys.Order());

        var failure = Assert.Throws<RuleFileException>(() => Build(Change("hihg", new RuleOverride())));
        Assert.Equal("SmartCity:Alerts:Rules:hihg: there is no such rule", failure.Message);
        Assert.Contains("bad side", Assert.Throws<RuleFileException>(() => Build(Change("low", new RuleOverride { Raise = 300 }))).Message, StringComparison.Ordinal);

        static AlertOptions Change(string rule, RuleOverride change) => new() { Rules = { [rule] = change } };
    }

    /// <summary>Raw levels decide as the physical ones do, also where a level lies between two raw values.</summary>
    [Fact]
    public void Raw_levels_split_values_as_physical_ones_do()
    {
        District.Catalog.TryGetSchema(2, 1, out var water);
        District.Catalog.TryGetSchema(1, 1, out var traffic);
        var fields = new[] { (water!, "pressure"), (water!, "free_chlorine"), (traffic!, "mean_speed"), (water!, "conductivity") };
        Gen.Select(Gen.Int[0, 3], Gen.Int[-400000, 400000], Gen.Int[0, 5000], Gen.Int[-30000, 60000], Gen.Bool).Sample((which, level, gap, raw, isAbove) =>
        {
            var (schema, name) = fields[which];
            var raise = level / 4000m;
            var clear = raise + (isAbove ? -gap : gap) / 4000m;
            var rule = new AlertRule
            {
                Id = "x",
                Kind = RuleKind.Threshold,
                Sector = schema.SectorName,
                Severity = AlertSeverity.Info,
                LabelVi = "x",
                LabelEn = "x",
                Field = name,
                Direction = isAbove ? RuleDirection.Above : RuleDirection.Below,
                Limits = [new RuleLimit { Raise = raise, Clear = clear, Source = "x", SourceState = SourceState.Default }],
            };
            var limit = CompiledLimit.Compile(rule, 0, schema).Single();
            var scale = schema.FieldNamed(name)!.Scale;
            var physical = (decimal)raw * scale.Multiplier;
            for (var i = 0; i < scale.Digits; i++) physical /= 10;
            return limit.IsBad(raw) == (isAbove ? physical > raise : physical < raise)
                && limit.IsGood(raw) == (isAbove ? physical <= clear : physical >= clear);
        });
    }

    private static RuleFile Parse(string text) => RuleReader.Parse("rules.json", Encoding.UTF8.GetBytes(text));
}
