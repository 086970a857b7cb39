using System.Net;
using System.Net.Sockets;
using MQTTnet;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>Bad input gets a clear line and disturbs nothing else.</summary>
public sealed class BadInputTests
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const string MeterId = "70b3d57ed0001002";

    [Fact]
    public async Task Wrong_secrets_foreign_topics_oversize_and_garbage_are_closed_and_counted_while_good_frames_pass()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path);
        var secret = await platform.AddDeviceAsync(MeterId, "water");
        await using (var stranger = new TestDevice(Meter, "not-the-secret")) Assert.NotEqual(MqttClientConnectResultCode.Success, await stranger.ConnectAsync(platform.MqttPort));

        await using (var thief = new TestDevice(Meter, secret))
        {
            await thief.ConnectAsync(platform.MqttPort);
            Assert.False(await thief.TryPublishAsync(thief.Frame(0, 3_000), "sc/v1/ff/70b3d57ed00010ff/up"));
        }

        await using (var flood = new TestDevice(Meter, secret))
        {
            await flood.ConnectAsync(platform.MqttPort);
            Assert.False(await flood.TryPublishAsync(new byte[1 << 20]));
        }

        await SendGarbageAsync(platform.MqttPort);

        await using var device = new TestDevice(Meter, secret);
        Assert.Equal(MqttClientConnectResultCode.Success, await device.ConnectAsync(platform.MqttPort));
        await device.PublishAsync([1, 2, 3]);
        await device.PublishAsync(device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000));
        await Eventually.EqualAsync(1, () => platform.BalanceAsync("stored"), "stored frames");
        var letters = await Eventually.IsAsync(() => platform.GetAsync("/api/v1/dead-letters"), page => page.GetProperty("items").GetArrayLength() > 0, "the dead letter");
        var dead = Assert.Single(letters.GetProperty("items").EnumerateArray());
        Assert.Equal("TooShort", dead.GetProperty("reason").GetString());
        Assert.Equal("010203", dead.GetProperty("payload").GetString());

        var metrics = await platform.Client.GetStringAsync("/metrics");
        foreach (var reason in new[] { "bad-credentials", "foreign-topic", "too-large" })
        {
            Assert.Contains(metrics.Split('\n'), line => line.StartsWith("smartcity_listen_refused", StringComparison.Ordinal) && line.Contains($"reason=\"{reason}\"", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Unknown_device_at_a_broker_is_a_dead_letter_and_listed_as_seen()
    {
        await using var broker = await Testing.Servers.MosquittoServer.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path, GoldenFramesToInfluxTests.DialTo(broker));
        await Eventually.IsAsync(() => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");
        await using var device = new TestDevice(Meter, "");
        await MosquittoClients.PublishAsync(broker.Port, device.Topic, device.Frame(0, 3_000));
        await Eventually.EqualAsync(1, () => platform.BalanceAsync("deadLettered"), "dead letters");
        var letters = await Eventually.IsAsync(() => platform.GetAsync("/api/v1/dead-letters"), page => page.GetProperty("items").GetArrayLength() > 0, "the dead letter");
        Assert.Equal("UnknownDevice", letters.GetProperty("items")[0].GetProperty("reason").GetString());
        Assert.Equal(MeterId, (await platform.GetAsync("/api/v1/seen")).GetProperty("items")[0].GetProperty("id").GetString());
    }

    [Fact]
    public async Task Ports_in_use_are_one_clear_line()
    {
        using var folder = new TemporaryFolder();
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var mqtt = await ServerProgram.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--SmartCity:Mqtt:Listen:Port", $"{port}", "--SmartCity:DataDirectory", folder.Combine("a")]);
        AssertOneLine(mqtt, $"{port}");
        var http = await ServerProgram.RunAsync(["serve", "--urls", $"http://127.0.0.1:{port}", "--SmartCity:Mqtt:Listen:Port", "0", "--SmartCity:DataDirectory", folder.Combine("b")]);
        AssertOneLine(http, $"{port}");
    }

    [Fact]
    public async Task A_folder_that_is_none_and_a_second_owner_are_one_clear_line()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("file"), "");
        AssertOneLine(await ServerProgram.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--SmartCity:Mqtt:Listen:Port", "0", "--SmartCity:DataDirectory", folder.Combine("file")]), "file");

        await using var platform = await PlatformProcess.ServeAsync(folder.Combine("data"));
        var second = await ServerProgram.RunAsync(["serve", "--urls", "http://127.0.0.1:0", "--SmartCity:Mqtt:Listen:Port", "0", "--SmartCity:DataDirectory", folder.Combine("data")]);
        AssertOneLine(second, $"{platform.ProcessId}");
    }

    [Fact]
    public async Task Http_beyond_loopback_and_mistyped_words_are_refused()
    {
        using var folder = new TemporaryFolder();
        AssertOneLine(await ServerProgram.RunAsync(["serve", "--urls", "http://0.0.0.0:5080", "--SmartCity:DataDirectory", folder.Path]), "127.0.0.1");
        AssertOneLine(await ServerProgram.RunAsync(["sevre"]), "sevre");
        AssertOneLine(await ServerProgram.RunAsync(["serve", "--SmartCity:Store:Kind", "oracle", "--SmartCity:DataDirectory", folder.Path]), "Kind");
    }

    [Fact]
    public async Task Influx_that_cannot_be_reached_stops_nothing_and_is_told()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path, "--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Url", $"http://127.0.0.1:{Testing.Servers.ServerProcess.FreePort()}");
        await using var device = new TestDevice(Meter, await platform.AddDeviceAsync(MeterId, "water"));
        await device.ConnectAsync(platform.MqttPort);
        await device.PublishAsync(device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000));
        await Eventually.IsAsync(
            () => platform.GetAsync($"/api/v1/devices/{MeterId}/latest"), latest => latest.GetProperty("items").GetArrayLength() == 1, "the live value");
        await Eventually.IsAsync(
            () => platform.GetAsync("/api/v1/alerts"),
            alerts => alerts.GetProperty("items").EnumerateArray().Any(alert => alert.GetProperty("rule").GetString() == "platform.store"),
            "an alert of the store");
        Assert.Equal("ok", (await platform.GetAsync("/healthz/ready")).GetProperty("status").GetString());
    }

    private static void AssertOneLine((int ExitCode, string Output, string Error) result, string mention)
    {
        Assert.NotEqual(0, result.ExitCode);
        var line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(mention, line, StringComparison.Ordinal);
    }

    private static async Task SendGarbageAsync(int port)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = socket.GetStream();
        await stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[16], limit.Token));
        }
        catch (IOException)
        {
            // Reset is as good as closed.
        }
    }
}
