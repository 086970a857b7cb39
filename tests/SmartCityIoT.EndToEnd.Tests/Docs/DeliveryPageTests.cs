using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>docs/delivery.md names a test for each promise, and the tests are there.</summary>
public sealed partial class DeliveryPageTests
{
    [Fact]
    public void Every_promise_names_tests_that_exist()
    {
        var page = File.ReadAllText(Path.Combine(ServerProgram.Repository, "docs", "delivery.md"));
        var promises = PromiseRow().Matches(page);
        Assert.True(promises.Count >= 15, $"only {promises.Count} promises were found");
        var sources = Directory.GetFiles(Path.Combine(ServerProgram.Repository, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

        var problems = new List<string>();
        foreach (Match promise in promises)
        {
            var named = TestName().Matches(promise.Groups["tests"].Value);
            if (named.Count == 0) problems.Add($"promise {promise.Groups["number"].Value} names no test");
            foreach (Match test in named)
            {
                if (!sources[test.Groups["class"].Value].Any(source => source.Contains($" {test.Groups["test"].Value}(", StringComparison.Ordinal))) problems.Add($"there is no test {test.Value}");
            }
        }

        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [GeneratedRegex(@"^\| (?<number>\d+) \| (?<promise>.+) \| (?<tests>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex PromiseRow();

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<test>\w+)`")]
    private static partial Regex TestName();
}
