using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>What was acknowledged is never lost, stored once, counted once and alerted once.</summary>
public sealed class DurabilityTests
{
    private const ulong Meter = 0x70b3d57ed0001002;

    [Fact]
    public async Task Kill_loses_nothing_that_was_acknowledged_and_doubles_nothing()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new List<long>();
        var start = DateTimeOffset.UtcNow.AddMinutes(-30).ToUnixTimeMilliseconds();
        var secret = "";
        for (var round = 0; round < 3; round++)
        {
            await using var platform = await PlatformProcess.ServeAsync(folder.Path);
            if (round == 0) secret = await platform.AddDeviceAsync(Id(Meter), "water");
            await using var device = new TestDevice(Meter, secret);
            Assert.Equal(MQTTnet.MqttClientConnectResultCode.Success, await device.ConnectAsync(platform.MqttPort));

            // Killed in the middle of the stream: what is in flight may be lost, what was acknowledged may not.
            using var killing = new CancellationTokenSource();
            var kill = Task.Run(async () =>
            {
                await Eventually.IsAsync(() => Task.FromResult(acknowledged.Count), count => count >= (killing.Token.IsCancellationRequested ? 0 : 60 * (round + 1)), "acknowledgements");
                await platform.KillAsync();
            });
            while (!kill.IsCompleted)
            {
                var time = start + acknowledged.Count * 1000L;
                if (!await device.TryPublishAsync(device.Frame(time, pressure: 3_000, boot: (byte)(round + 1)))) break;
                lock (acknowledged) acknowledged.Add(time);
            }

            await kill;
        }

        await using var last = await PlatformProcess.ServeAsync(folder.Path);
        await Eventually.EqualAsync(0, async () => await WaitingAsync(last), "records that wait");
        var history = await last.GetAsync($"/api/v1/devices/{Id(Meter)}/history?field=pressure&from={start}&to={start + 10_000_000}&points=10000");
        var stored = history.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("time").GetInt64()).ToHashSet();
        Assert.All(acknowledged, time => Assert.Contains(time, stored));

        // At most the one message in flight at each kill is stored without having been acknowledged.
        Assert.InRange(stored.Count, acknowledged.Count, acknowledged.Count + 3);
        Assert.True((await last.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
        Assert.InRange(await last.BalanceAsync("stored"), acknowledged.Count, acknowledged.Count + 3);
    }

    [Fact]
    public async Task Restart_raises_no_alert_twice_and_keeps_an_acknowledged_one()
    {
        using var folder = new TemporaryFolder();
        string secret;
        string alert;
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using (var platform = await PlatformProcess.ServeAsync(folder.Path))
        {
            secret = await platform.AddDeviceAsync(Id(Meter), "water");
            await using var device = new TestDevice(Meter, secret);
            await device.ConnectAsync(platform.MqttPort);
            for (var i = 0; i < 20; i++) await device.PublishAsync(device.Frame(now - 1_200_000 + i * 60_000, pressure: 500));
            alert = await StandingAlertAsync(platform);
            using var response = await platform.Client.PostAsync($"/api/v1/alerts/{alert}/acknowledge", null);
            Assert.True(response.IsSuccessStatusCode);
            await platform.KillAsync();
        }

        await using (var platform = await PlatformProcess.ServeAsync(folder.Path))
        {
            await using var device = new TestDevice(Meter, secret);
            await device.ConnectAsync(platform.MqttPort);
            await device.PublishAsync(device.Frame(now, pressure: 500, boot: 2));
            await Eventually.EqualAsync(21, () => platform.BalanceAsync("stored"), "stored frames");
            var alerts = await platform.GetAsync("/api/v1/alerts?state=all&device=" + Id(Meter));
            var only = Assert.Single(alerts.GetProperty("items").EnumerateArray());
            Assert.Equal(alert, only.GetProperty("id").GetString());
            Assert.Equal("acknowledged", only.GetProperty("state").GetString());

            for (var i = 1; i <= 20; i++) await device.PublishAsync(device.Frame(now + i * 1000, pressure: 3_000, boot: 2));
            Assert.Equal(0, await platform.StopAsync());
        }
    }

    [Fact]
    public async Task Redelivery_is_stored_once_and_counted_as_duplicate()
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path);
        await using var device = new TestDevice(Meter, await platform.AddDeviceAsync(Id(Meter), "water"));
        await device.ConnectAsync(platform.MqttPort);
        var frame = device.Frame(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), pressure: 3_000);
        for (var i = 0; i < 3; i++) await device.PublishAsync(frame);
        await Eventually.EqualAsync(2, () => platform.BalanceAsync("duplicate"), "duplicates");
        await Eventually.EqualAsync(1, () => platform.BalanceAsync("stored"), "stored frames");
        Assert.Equal(3, await platform.BalanceAsync("received"));
    }

    [Fact]
    public async Task Store_that_is_lost_is_filled_again_from_the_journal_without_counting_twice()
    {
        using var folder = new TemporaryFolder();
        var start = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds();
        await using (var platform = await PlatformProcess.ServeAsync(folder.Path))
        {
            await using var device = new TestDevice(Meter, await platform.AddDeviceAsync(Id(Meter), "water"));
            await device.ConnectAsync(platform.MqttPort);
            for (var i = 0; i < 50; i++) await device.PublishAsync(device.Frame(start + i * 1000, pressure: 3_000 + i));
            await Eventually.EqualAsync(50, () => platform.BalanceAsync("stored"), "stored frames");
            await platform.KillAsync();
        }

        Directory.Delete(folder.Combine("store"), recursive: true);
        await using (var platform = await PlatformProcess.ServeAsync(folder.Path))
        {
            await Eventually.EqualAsync(
                50,
                async () => (await platform.GetAsync($"/api/v1/devices/{Id(Meter)}/history?field=pressure&from={start}&points=1000")).GetProperty("points").GetArrayLength(),
                "readings in the new store");
            Assert.Equal(50, await platform.BalanceAsync("received"));
        }
    }

    private static string Id(ulong device) => device.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<long> WaitingAsync(PlatformProcess platform)
    {
        var balance = await platform.GetAsync("/api/v1/balance?from=0&to=2592000000");
        Assert.True(balance.GetProperty("closes").GetBoolean());
        return await platform.BalanceAsync("waiting");
    }

    private static async Task<string> StandingAlertAsync(PlatformProcess platform)
    {
        var alerts = await Eventually.IsAsync(
            () => platform.GetAsync("/api/v1/alerts?device=" + Id(Meter)),
            page => page.GetProperty("items").GetArrayLength() > 0,
            "an alert for low pressure");
        return Assert.Single(alerts.GetProperty("items").EnumerateArray()).GetProperty("id").GetString()!;
    }
}
