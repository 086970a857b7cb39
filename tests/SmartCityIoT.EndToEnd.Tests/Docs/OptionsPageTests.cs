using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>docs/options.md names every option of the built program with its default and range, and no other.</summary>
public sealed partial class OptionsPageTests
{
    /// <summary>Where the program sets a default that the options class cannot know.</summary>
    private static readonly Dictionary<string, string> SetByTheProgram = new()
    {
        ["SmartCity:Journal:Directory"] = "DataDirectory/journal",
        ["SmartCity:Journal:Cursors"] = "store, live",
    };

    [Fact]
    public void The_page_and_the_program_have_the_same_options_defaults_and_ranges()
    {
        var said = Rows();
        var expected = ProgramOptions.Read()
            .Select(option => option with { Default = SetByTheProgram.GetValueOrDefault(option.Key, option.Default) })
            .ToDictionary(option => option.Key);
        Assert.True(expected.Count > 60, $"only {expected.Count} options were found in the program");

        var problems = new List<string>();
        foreach (var option in expected.Values)
        {
            if (!said.TryGetValue(option.Key, out var row)) problems.Add($"missing:  {option.Row}");
            else if (row.Default != option.Default || row.Range != option.Range) problems.Add($"the page: {row.Row}\nprogram:  {option.Row}");
        }

        problems.AddRange(said.Keys.Where(key => !expected.ContainsKey(key)).Select(key => $"no such option: {key}"));
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Fact]
    public void Every_option_says_what_it_means()
    {
        var silent = File.ReadLines(Page).Select(line => RowPattern().Match(line)).Where(row => row.Success && row.Groups["meaning"].Length < 10).Select(row => row.Value);
        Assert.Empty(silent);
    }

    private static string Page => Path.Combine(ServerProgram.Repository, "docs", "options.md");

    private static Dictionary<string, ProgramOption> Rows() => File.ReadLines(Page)
        .Select(line => RowPattern().Match(line))
        .Where(row => row.Success)
        .Select(row => new ProgramOption(row.Groups["key"].Value, row.Groups["default"].Value, row.Groups["range"].Value.Trim()))
        .ToDictionary(row => row.Key);

    [GeneratedRegex(@"^\| `(?<key>SmartCity:[^`]+)` \| `(?<default>[^`]*)` \|(?<range>[^|]*)\| (?<meaning>.+) \|$")]
    private static partial Regex RowPattern();
}
