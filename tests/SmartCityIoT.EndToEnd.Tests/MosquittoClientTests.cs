using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>Another project's client program at the platform's own endpoint.</summary>
public sealed class MosquittoClientTests
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const string MeterId = "70b3d57ed0001002";

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Publishes_with_and_without_a_client_id_and_is_refused_with_a_wrong_secret(string version)
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path);
        var secret = await platform.AddDeviceAsync(MeterId, "water");
        await using var device = new TestDevice(Meter, secret);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await MosquittoClients.PublishAsync(platform.MqttPort, device.Topic, device.Frame(now, 3_000), "-V", version, "-u", MeterId, "-P", secret);
        await MosquittoClients.PublishAsync(platform.MqttPort, device.Topic, device.Frame(now + 1000, 3_000), "-V", version, "-u", MeterId, "-P", secret, "-i", "pole-17");
        var refused = await MosquittoClients.TryPublishAsync(platform.MqttPort, device.Topic, device.Frame(now, 3_000), "-V", version, "-u", MeterId, "-P", "wrong");
        Assert.NotEqual(0, refused.ExitCode);
        await Eventually.EqualAsync(2, () => platform.BalanceAsync("stored"), "stored frames");
        Assert.Equal(2, await platform.BalanceAsync("received"));
    }
}
