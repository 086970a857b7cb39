using System.Globalization;
using System.Net.Http.Json;
using MQTTnet;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Deploy;

/// <summary>mosquitto as deploy/ ships it: who may log in, who may publish where, and the platform behind it.</summary>
public sealed class ShippedBrokerTests
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const ulong Neighbour = 0x70b3d57ed0001003;
    private const string MeterId = "70b3d57ed0001002";
    private const string NeighbourId = "70b3d57ed0001003";

    [Fact]
    public async Task What_a_device_publishes_arrives_and_what_it_may_not_does_not()
    {
        await using var broker = await ShippedMosquitto.StartAsync(("smartcity", "broker-secret"), (MeterId, "meter-secret"));
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            "--SmartCity:Mqtt:Broker:Host", "127.0.0.1", "--SmartCity:Mqtt:Broker:Port", broker.Port.ToString(CultureInfo.InvariantCulture),
            "--SmartCity:Mqtt:Broker:UserName", "smartcity", "--SmartCity:Mqtt:Broker:Password", "broker-secret");
        await platform.AddDeviceAsync(MeterId, "water");
        await platform.AddDeviceAsync(NeighbourId, "water");
        await Eventually.IsAsync(() => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");

        await using var device = new TestDevice(Meter, "meter-secret");
        Assert.Equal(MqttClientConnectResultCode.Success, await device.ConnectAsync(broker.Port));
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Assert.False(await device.TryPublishAsync(device.Frame(now, pressure: 3_000), GoldenFrames.Topic(NeighbourId)));
        Assert.False(await device.TryPublishAsync("1"u8.ToArray(), $"sc/v1/03/{NeighbourId}/status"));
        Assert.False(await device.TryPublishAsync("1"u8.ToArray(), $"sc/v1/02/{MeterId}/down"));
        Assert.True(await device.TryPublishAsync(device.Frame(now, pressure: 3_000)));
        Assert.True(await device.TryPublishAsync("1"u8.ToArray(), $"sc/v1/02/{MeterId}/status"));

        await Eventually.EqualAsync(1, () => platform.BalanceAsync("stored"), "stored frames");
        await Eventually.EqualAsync(1, () => platform.BalanceAsync("status"), "link states");
        Assert.Equal(1, await platform.BalanceAsync("received"));
    }

    [Fact]
    public async Task A_device_gets_its_commands_there_also_those_from_before_it_listened_and_nobody_elses()
    {
        await using var broker = await ShippedMosquitto.StartAsync(("smartcity", "broker-secret"), (MeterId, "meter-secret"), (NeighbourId, "neighbour-secret"));
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            "--SmartCity:Mqtt:Broker:Host", "127.0.0.1", "--SmartCity:Mqtt:Broker:Port", broker.Port.ToString(CultureInfo.InvariantCulture),
            "--SmartCity:Mqtt:Broker:UserName", "smartcity", "--SmartCity:Mqtt:Broker:Password", "broker-secret");
        await platform.AddDeviceAsync(MeterId, "water");
        await platform.AddDeviceAsync(NeighbourId, "water");
        await Eventually.IsAsync(() => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");
        await GiveAsync(platform, MeterId, "reportNow");
        await Eventually.IsAsync(() => StateAsync(platform, MeterId), state => state == "sent", "a command that left and was not heard");

        await using var neighbour = new TestDevice(Neighbour, "neighbour-secret");
        Assert.Equal(MqttClientConnectResultCode.Success, await neighbour.ConnectAsync(broker.Port));
        var foreign = await neighbour.ListenAsync($"sc/v1/02/{MeterId}/down");
        await using var device = new TestDevice(Meter, "meter-secret");
        Assert.Equal(MqttClientConnectResultCode.Success, await device.ConnectAsync(broker.Port));
        var commands = await device.ListenAsync($"sc/v1/02/{MeterId}/down");

        // That it speaks is the sign that it listens.
        await device.PublishAsync(device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000));
        Assert.Equal(5, (await commands.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))[2]);
        await Eventually.IsAsync(() => StateAsync(platform, MeterId), state => state == "delivered", "the first command");

        await GiveAsync(platform, MeterId, "reboot");
        Assert.Equal(4, (await commands.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)))[2]);
        await Eventually.IsAsync(() => StateAsync(platform, MeterId), state => state == "delivered", "the second command");
        Assert.False(foreign.TryRead(out _));
    }

    private static async Task GiveAsync(PlatformProcess platform, string device, string command)
    {
        using var answer = await platform.Client.PostAsJsonAsync(new Uri(platform.Http, $"/api/v1/devices/{device}/commands"), new { command });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<string?> StateAsync(PlatformProcess platform, string device)
    {
        var list = await platform.GetAsync($"/api/v1/devices/{device}/commands");
        return list.GetProperty("items")[0].GetProperty("state").GetString();
    }

    [Fact]
    public async Task Strangers_and_wrong_passwords_are_refused()
    {
        await using var broker = await ShippedMosquitto.StartAsync(("smartcity", "broker-secret"), (MeterId, "meter-secret"));
        await using var wrong = new TestDevice(Meter, "not-the-secret");
        Assert.NotEqual(MqttClientConnectResultCode.Success, await wrong.ConnectAsync(broker.Port));
        await using var stranger = new TestDevice(Neighbour, "meter-secret");
        Assert.NotEqual(MqttClientConnectResultCode.Success, await stranger.ConnectAsync(broker.Port));
        using var nobody = new MqttClientFactory().CreateMqttClient();
        var anonymous = await nobody.ConnectAsync(
            new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port).WithProtocolVersion(MQTTnet.Formatter.MqttProtocolVersion.V500).WithTlsOptions(tls => tls.UseTls(false)).Build());
        Assert.NotEqual(MqttClientConnectResultCode.Success, anonymous.ResultCode);
    }
}
