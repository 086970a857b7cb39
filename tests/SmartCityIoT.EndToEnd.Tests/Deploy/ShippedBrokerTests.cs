using System.Globalization;
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
