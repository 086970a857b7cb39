using System.Diagnostics;
using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Docs;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>
/// The measurements of benchmarks/README.md at a load that any machine carries for a second or two: nothing is measured here, but every message is
/// accounted for, from the publisher to the store.
/// </summary>
public sealed class LoadTestToolTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private static readonly string[] DoorContenders = ["platform", "door-alone", "mqttnet-server"];
    private static readonly string[] DoorPrograms = ["--peer", Peer("mqttnet-server"), "--alone", Peer("door-alone")];

    [Fact]
    public async Task Ingest_accounts_for_every_message()
    {
        var figures = await RunAsync("ingest", "--devices", "60", "--rate", "500", "--warm-up", "0.5", "--seconds", "1");
        Assert.True(figures["acknowledged in all"] >= 500, $"{figures["acknowledged in all"]}");
        Assert.Equal(0, figures["missing in the store"]);
    }

    [Fact]
    public async Task Receive_over_tls_counts_messages_at_both_qualities_of_service()
    {
        var reports = await RunAllAsync("receive", "--tls", "--devices", "60", "--warm-up", "0.2", "--seconds", "0.3");
        Assert.Equal(["receive over TLS at QoS 0", "receive over TLS at QoS 1"], reports.Keys.Order(StringComparer.Ordinal));
        foreach (var figures in reports.Values)
        {
            Assert.Equal(3, figures.Keys.Count(name => name.EndsWith("received and decoded", StringComparison.Ordinal)));
            Assert.All(
                figures.Where(figure => figure.Key.EndsWith("decoded", StringComparison.Ordinal) || figure.Key.EndsWith("receiving thread", StringComparison.Ordinal)),
                figure => Assert.True(figure.Value > 0, figure.Key));
        }
    }

    [Fact]
    public async Task Broker_accounts_for_every_message_of_each_contender()
    {
        ServerPrograms.Require("mosquitto", "apt-get install -y mosquitto");
        ServerPrograms.Require("influxd", "apt-get install -y influxdb");
        var figures = await RunAsync("broker", "--devices", "300", "--rate", "300", "--stream", "--warm-up", "0.5", "--seconds", "1.5", "--peer", Peer("mqttnet-worker"));
        foreach (var contender in (string[])["platform", "mqttnet-worker"])
        {
            Assert.True(figures[contender + ": sent and acknowledged"] >= 500, contender);
            Assert.Equal(0, figures[contender + ": missing"]);
            Assert.Equal(0, figures[contender + ": too many"]);
            Assert.True(figures[contender + ": publish to queryable, p50"] > 0, contender);
        }

        Assert.True(figures["platform: readings on the event stream in the window"] > 0);
    }

    [Fact]
    public async Task Broker_accounts_for_every_message_before_a_store_that_only_counts()
    {
        ServerPrograms.Require("mosquitto", "apt-get install -y mosquitto");
        var figures = await RunAsync("broker", "--devices", "300", "--rate", "300", "--store", "discard", "--only", "platform", "--warm-up", "0.5", "--seconds", "1");
        Assert.True(figures["platform: sent and acknowledged"] >= 300);
        Assert.Equal(0, figures["platform: missing"]);
        Assert.Equal(0, figures["platform: too many"]);
    }

    [Fact]
    public async Task Outage_accounts_for_what_waited_while_the_store_was_away()
    {
        var figures = await RunAsync("outage", "--devices", "60", "--rate", "500", "--warm-up", "0.5", "--outage", "3");
        Assert.True(figures["backlog when it came back"] > 0);
        Assert.Equal(0, figures["missing in the store"]);
    }

    [Theory]
    [InlineData("gateway", 1)]
    [InlineData("closed", 20)]
    [InlineData("burst", 20)]
    [InlineData("rate", 20)]
    public async Task Listen_accounts_for_every_message_of_each_contender(string scenario, int devices)
    {
        var figures = await RunAsync("listen", ["--scenario", scenario, "--devices", $"{devices}", "--rate", "300", "--warm-up", "0.5", "--seconds", "1", .. DoorPrograms]);
        foreach (var contender in DoorContenders)
        {
            Assert.True(figures[contender + ": acknowledged in all"] >= 20, contender);
            Assert.Equal(0, figures[contender + ": missing"]);
            Assert.True(figures[contender + ": publish to acknowledgement, p99"] > 0, contender);
            Assert.True(figures[contender + ": allocated"] > 0, contender);
        }
    }

    [Fact]
    public async Task Listen_over_tls_accounts_for_every_message_of_the_peer()
    {
        var figures = await RunAsync("listen", ["--tls", "--only", "mqttnet-server", "--devices", "20", "--warm-up", "0.5", "--seconds", "1", .. DoorPrograms]);
        Assert.True(figures["mqttnet-server: acknowledged in all"] >= 20);
        Assert.Equal(0, figures["mqttnet-server: missing"]);
    }

    [Fact]
    public async Task Listen_measures_the_memory_of_idle_connections()
    {
        var figures = await RunAsync("listen", ["--scenario", "idle", "--devices", "50", "--seconds", "1", .. DoorPrograms]);
        foreach (var contender in DoorContenders) Assert.True(figures[contender + ": resident memory with all connections"] > 10, contender);
    }

    [Fact]
    public async Task Listen_lets_devices_that_were_cut_off_come_back()
    {
        var figures = await RunAsync("listen", ["--scenario", "reconnect", "--devices", "50", "--warm-up", "0.5", .. DoorPrograms]);
        foreach (var contender in DoorContenders) Assert.True(figures[contender + ": until the last is back"] > 0, contender);
    }

    private static string Peer(string name) =>
        Path.Combine(ServerProgram.Repository, "benchmarks", "peers", name, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", name + ".dll");

    /// <summary>Runs a measurement once and answers its figures by name.</summary>
    private static async Task<Dictionary<string, double>> RunAsync(string measurement, params string[] options) =>
        Assert.Single(await RunAllAsync(measurement, options)).Value;

    /// <summary>The same for a measurement with several reports, by their names.</summary>
    private static async Task<Dictionary<string, Dictionary<string, double>>> RunAllAsync(string measurement, params string[] options)
    {
        var tool = DocShell.MeasurementPrograms[1];
        using var process = Process.Start(new ProcessStartInfo(tool, [measurement, "--runs", "1", "--program", ServerProgram.Path, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, await error);
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read).ToDictionary();
    }

    private static KeyValuePair<string, Dictionary<string, double>> Read(string line)
    {
        using var report = JsonDocument.Parse(line);
        var figures = report.RootElement.GetProperty("figures").EnumerateArray()
            .ToDictionary(figure => figure.GetProperty("name").GetString()!, figure => figure.GetProperty("median").GetDouble());
        return KeyValuePair.Create(report.RootElement.GetProperty("measurement").GetString()!, figures);
    }
}
