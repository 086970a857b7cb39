using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>docs/operating.md names every instrument of the rooms, and no page names one that is not there.</summary>
public sealed partial class MetricNamesTests
{
    [Fact]
    public void Pages_and_rooms_have_the_same_instruments()
    {
        var instruments = Directory.GetFiles(Path.Combine(ServerProgram.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .Select(found => found.Groups[1].Value.Replace('.', '_'))
            .ToHashSet();
        Assert.NotEmpty(instruments);
        var named = DocPage.All().SelectMany(page => Name().Matches(page.Text)).Select(found => found.Groups[1].Value).ToHashSet();
        Assert.Equal([], named.Except(instruments));

        var listed = Name().Matches(DocPage.Named("docs/operating.md").Text).Select(found => found.Groups[1].Value);
        Assert.Equal([], instruments.Except(listed));
    }

    /// <summary>The name of an instrument where it is made.</summary>
    [GeneratedRegex(@"Create\w+(?:<\w+>)?\(\s*""(smartcity\.[a-z_.]+)""")]
    private static partial Regex Instrument();

    /// <summary>A metric on a page, with or without labels.</summary>
    [GeneratedRegex(@"`(smartcity_[a-z_]+)(?:\{[^`]*)?`")]
    private static partial Regex Name();
}
