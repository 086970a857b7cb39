using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>The platform behind a real broker: what waits there arrives, and what the broker forgot is said.</summary>
public sealed class BrokerLinkTests
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const string MeterId = "70b3d57ed0001002";

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task What_is_sent_while_the_platform_is_away_arrives_once_it_is_back(string version)
    {
        await using var broker = await MosquittoServer.CreateAsync();
        using var folder = new TemporaryFolder();
        string[] options = [.. GoldenFramesToInfluxTests.DialTo(broker), "--SmartCity:Mqtt:Broker:Version", version];
        await using var device = new TestDevice(Meter, "");
        await using (var platform = await PlatformProcess.ServeAsync(folder.Path, options))
        {
            await platform.AddDeviceAsync(MeterId, "water");
            await SubscribedAsync(platform);
            await PublishAsync(broker, device);
            await Eventually.EqualAsync(1, () => platform.BalanceAsync("stored"), "stored frames");
            Assert.Equal(0, await platform.StopAsync());
        }

        for (var i = 0; i < 5; i++) await PublishAsync(broker, device);

        await using var back = await PlatformProcess.ServeAsync(folder.Path, options);
        await Eventually.EqualAsync(6, () => back.BalanceAsync("stored"), "stored frames");
        Assert.Equal(0, await back.BalanceAsync("duplicate"));
        Assert.Contains("session present: True", back.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_that_forgot_the_session_is_a_possible_loss_with_its_window()
    {
        await using var broker = await MosquittoServer.CreateAsync("persistence false");
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path, GoldenFramesToInfluxTests.DialTo(broker));
        await SubscribedAsync(platform);
        Assert.Equal(0, await AlertsAsync(platform, "platform.possible-loss"));

        await broker.StopAsync();
        await Eventually.EqualAsync(1, () => AlertsAsync(platform, "platform.broker"), "alerts of the broker link");
        await broker.StartAsync();
        await Eventually.EqualAsync(1, () => AlertsAsync(platform, "platform.possible-loss"), "alerts of a possible loss");
        await Eventually.EqualAsync(0, () => AlertsAsync(platform, "platform.broker"), "alerts of the broker link");
        var alerts = await platform.GetAsync("/api/v1/alerts");
        var loss = alerts.GetProperty("items").EnumerateArray().Single(alert => alert.GetProperty("rule").GetString() == "platform.possible-loss");
        Assert.Matches(@"from \d{4}-\d\d-\d\dT.+ to \d{4}-\d\d-\d\dT", loss.GetProperty("detail").GetString());
    }

    private static async Task SubscribedAsync(PlatformProcess platform) => await Eventually.IsAsync(
        () => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");

    private static Task PublishAsync(MosquittoServer broker, TestDevice device) =>
        MosquittoClients.PublishAsync(broker.Port, device.Topic, device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000));

    private static async Task<long> AlertsAsync(PlatformProcess platform, string rule)
    {
        var alerts = await platform.GetAsync("/api/v1/alerts");
        return alerts.GetProperty("items").EnumerateArray().Count(alert => alert.GetProperty("rule").GetString() == rule);
    }
}
