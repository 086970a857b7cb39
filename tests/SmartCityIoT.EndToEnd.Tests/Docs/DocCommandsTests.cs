using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>
/// Every command that a page tells people to type is typed here, in the order of the page, against a platform that runs. A page's commands share
/// one shell, so that a variable set by one is there for the next.
/// </summary>
public sealed partial class DocCommandsTests
{
    /// <summary>Commands that are not run here, each with the reason and what runs it instead.</summary>
    private static readonly Dictionary<string, string> RunElsewhere = new()
    {
        ["./test.sh"] = "runs this test: CI is nothing but this command",
        ["dotnet build -c Release src/SmartCityIoT.Server"] = "test.sh builds the solution before this test runs",
        ["dotnet build -c Release benchmarks/SmartCityIoT.LoadTest"] = "test.sh builds the solution before this test runs",
        ["sudo cp -r out/smartcity /opt/smartcity"] = "writes into the system; the program is published and run from docs/operating.md",
        ["sudo cp deploy/systemd/smartcity.service /etc/systemd/system/"] = "writes into the system; SystemdUnitTests has systemd read the unit",
        ["sudo systemctl daemon-reload"] = "needs a running systemd",
        ["sudo systemctl enable --now smartcity"] = "needs a running systemd; SystemdUnitTests has systemd read the unit",
        ["sudo install -d -o mosquitto -g mosquitto /etc/mosquitto/smartcity"] = "writes into the system; ShippedBrokerTests starts mosquitto with the files",
        ["sudo install -m 0640 -o root -g mosquitto passwd deploy/mosquitto/acl /etc/mosquitto/smartcity/"] = "writes into the system; ShippedBrokerTests starts mosquitto with the files",
        ["sudo install -m 0644 deploy/mosquitto/mosquitto.conf /etc/mosquitto/mosquitto.conf"] = "writes into the system; ShippedBrokerTests starts mosquitto with the file",
        ["sudo systemctl restart mosquitto"] = "needs a running systemd",
        ["sudo install -m 0644 deploy/influxdb/influxdb.conf /etc/influxdb/influxdb.conf"] = "writes into the system; ShippedInfluxTests starts influxd with the file",
        ["sudo systemctl restart influxdb"] = "needs a running systemd",
    };

    public static TheoryData<string> Pages => [.. DocPage.All().Where(page => page.Commands().Count > 0).Select(page => page.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_of_a_page_work(string name)
    {
        var commands = DocPage.Named(name).Commands().Where(command => !RunElsewhere.ContainsKey(command)).ToList();
        using var folder = new TemporaryFolder();
        foreach (var command in commands.Where(DocShell.StartsPlatform)) await StartsAndStopsAsync(command, folder);

        var rest = commands.Where(command => !DocShell.StartsPlatform(command)).ToList();
        if (rest.Count == 0) return;
        if (rest.Any(DocShell.IsMeasurement)) RequireMeasurementPrograms();
        foreach (var program in new[] { "curl", "jq", "xxd" }.Where(program => rest.Any(command => command.Contains(program, StringComparison.Ordinal))))
        {
            Testing.Servers.ServerPrograms.Require(program, $"apt-get install -y {program}");
        }

        await using var platform = await PlatformProcess.ServeAsync(folder.Combine("data"));
        await DocShell.RunAsync(rest, folder.Path, platform.Http.Authority, platform.MqttPort);
    }

    [Fact]
    public void The_list_of_commands_run_elsewhere_is_that_of_the_pages()
    {
        var all = DocPage.All().SelectMany(page => page.Commands()).ToHashSet();
        Assert.True(all.IsSupersetOf(RunElsewhere.Keys), string.Join("\n", RunElsewhere.Keys.Except(all)));
    }

    [Fact]
    public void Commands_stand_in_fences_that_are_marked_as_such()
    {
        var hidden = DocPage.All().SelectMany(page => page.Fences()
            .Where(fence => fence.Language != "sh")
            .SelectMany(fence => fence.Lines.Where(line => CommandWord().IsMatch(line)).Select(line => $"{page.Name}: {line}")));
        Assert.Empty(hidden);
    }

    /// <summary>The solution's build makes them; that of this project alone does not.</summary>
    private static void RequireMeasurementPrograms()
    {
        if (DocShell.MeasurementPrograms.All(File.Exists)) return;
        const string Missing = "The benchmarks are not built. Build them with: dotnet build SmartCityIoT.sln";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", Missing);
        Assert.Skip(Missing);
    }

    /// <summary>Starts a platform as the page says, on free ports, and stops it as the page says.</summary>
    private static async Task StartsAndStopsAsync(string command, TemporaryFolder folder)
    {
        var words = DocShell.PlatformArguments(command);
        await using var platform = await PlatformProcess.StartAsync(words[0], folder.Combine(words[0]), words[1..]);
        Assert.Equal("ok", (await platform.GetAsync("/healthz/live")).GetProperty("status").GetString());
        Assert.Equal(0, await platform.StopAsync());
    }

    [GeneratedRegex(@"^\s*(\$ |sudo |dotnet |smartcity |curl |mosquitto_|mosquitto |influx|docker |podman |npm |apt-get |cp |\./)")]
    private static partial Regex CommandWord();
}
