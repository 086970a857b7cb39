using SmartCityIoT.Alerts.Rules;

namespace SmartCityIoT.Alerts.Tests.Rules;

public class ShippedRulesTests
{
    private static readonly IReadOnlyList<RuleFile> Files = RuleFiles.Read(new AlertOptions().RulesDirectory);

    [Fact]
    public void Every_sector_ships_rules_that_fit_its_pack()
    {
        var set = RuleSet.Build(Files, District.Catalog, new AlertOptions());
        Assert.Equal(["lighting", "traffic", "water"], Files.Select(file => file.Sector));
        foreach (var sector in Files) Assert.Contains(sector.Rules, rule => rule.Kind == RuleKind.Silent && rule.Limits[0].Raise == 3);
        foreach (var sector in Files) Assert.Contains(sector.Rules, rule => rule.Kind == RuleKind.Clock && rule.Limits[0] is { Raise: 300, Clear: 240 });
        Assert.All(set.Rules, rule => Assert.StartsWith(rule.Sector + "-", rule.Id, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_limit_names_its_source()
    {
        foreach (var (rule, limit) in Files.SelectMany(file => file.Rules).SelectMany(rule => rule.Limits.Select(limit => (rule, limit))))
        {
            Assert.True(limit.Source.Length > 20, rule.Id);
            var isPublished = limit.Source.StartsWith("QCVN", StringComparison.Ordinal);
            Assert.Equal(isPublished ? SourceState.Verified : SourceState.Default, limit.SourceState);
        }
    }

    [Fact]
    public void Every_rule_has_a_limit_for_today_and_says_something_in_both_languages()
    {
        foreach (var rule in Files.SelectMany(file => file.Rules))
        {
            Assert.Single(rule.Limits, limit => limit.HoldsAt(District.Start));
            Assert.NotEqual(rule.LabelVi, rule.LabelEn);
        }
    }

    [Theory]
    [InlineData("water-pressure-low", 100)]
    [InlineData("water-pressure-high", 600)]
    [InlineData("water-chlorine-low", 0.2)]
    [InlineData("water-chlorine-high", 1.0)]
    [InlineData("water-ph-low", 6.0)]
    [InlineData("water-ph-high", 8.5)]
    [InlineData("water-turbidity-high", 2)]
    [InlineData("water-battery-low", 3.3)]
    [InlineData("lighting-mains-sag", 198)]
    public void The_levels_are_those_of_the_sources(string id, double level)
    {
        var rule = RuleSet.Build(Files, District.Catalog, new AlertOptions()).Find(id);
        Assert.NotNull(rule);
        Assert.All(rule.Limits, limit => Assert.Equal((decimal)level, limit.Raise));
    }

    /// <summary>Level of service E ends at 14.5 km/h: the last step of half a kilometre that counts as congested.</summary>
    [Fact]
    public void Congestion_begins_at_level_of_service_E()
    {
        var rule = RuleSet.Build(Files, District.Catalog, new AlertOptions()).Find("traffic-congestion")!;
        District.Catalog.TryGetSchema(1, 1, out var schema);
        var limit = Assert.Single(CompiledLimit.Compile(rule, 0, schema!));
        Assert.True(limit.IsBad(29));
        Assert.False(limit.IsGood(29));
        Assert.False(limit.IsBad(30));
        Assert.True(limit.IsGood(30));
    }
}
