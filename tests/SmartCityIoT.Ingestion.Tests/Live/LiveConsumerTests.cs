using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Ingestion.Tests.Live;

/// <summary>The live consumer over a real journal, live table and alert engine.</summary>
public sealed class LiveConsumerTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Readings_links_and_states_reach_the_live_table_once()
    {
        var start = IngestHost.Now - 60_000;
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        foreach (ushort sequence in new ushort[] { 1, 2, 2, 5, 4 }) await host.SendAsync(Samples.Pressure(Samples.DeviceA, sequence, start + sequence, 3000 + sequence));
        await host.SendAsync("sc/v1/01/70b3d57ed0001001/up", [0]);
        await host.SendAsync("sc/v1/01/70b3d57ed0001001/status", "1"u8.ToArray());
        await host.SendAsync(Samples.Boot(Samples.Header(Samples.DeviceA, 6, start, sector: 0), new BootBody(1, 4, 2, 0, 0, 0, 0)));
        await host.SendAsync(Samples.Pressure(Samples.Stranger, 1, start));
        await host.SavedAsync();

        Assert.True(host.Live.TryGet(Samples.DeviceA, out var device));
        Assert.False(host.Live.TryGet(Samples.Stranger, out _));
        var counters = device.Link.Counters;
        Assert.Equal((5L, 1L, 1L, 1L, 2L), (counters.Frames, counters.Duplicates, counters.DeadLetters, counters.Reordered, counters.Gaps));
        Assert.Equal((true, "1.4.2", (byte?)1), (device.Link.Connected, device.Link.Firmware, device.Link.Boot));
        var shown = Assert.Single(device.Channels);
        Assert.True(shown.TryGetRaw(2, out var pressure));
        Assert.Equal((start + 5, 3005L), (shown.Time, pressure));
        Assert.Equal(1, host.Live.ConnectedCount);
    }

    [Fact]
    public async Task A_late_reading_is_stored_and_not_shown()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        var now = IngestHost.Now;
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 1, now, 3001));
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 2, now - 600_000, 10, flags: FrameFlags.Replayed));
        await host.SavedAsync();

        Assert.True(host.Live.TryGet(Samples.DeviceA, out var device));
        Assert.Equal((now, 1L), (Assert.Single(device.Channels).Time, device.Link.LateReadings));
        Assert.Equal(2, (await host.PressuresAsync(Samples.DeviceA)).Sum(point => point.Count));
        Assert.Empty(host.Alerts.List(new AlertQuery { State = AlertFilter.All }).Items);
    }

    [Fact]
    public async Task An_alert_is_raised_once_over_a_restart_and_its_redelivery()
    {
        var start = IngestHost.Now - 250_000;
        byte[][] frames = [Samples.Pressure(Samples.DeviceA, 1, start, 500), Samples.Pressure(Samples.DeviceA, 2, start + 180_000, 500)];
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            foreach (var frame in frames) await first.SendAsync(frame);
            await first.SavedAsync();
            Assert.Equal("water-pressure-low", Assert.Single(first.Alerts.List(new AlertQuery()).Items).Rule);
        }

        await using var second = await IngestHost.StartAsync(folder);
        foreach (var frame in frames) await second.SendAsync(frame);
        await second.SendAsync(Samples.Pressure(Samples.DeviceA, 3, start + 240_000, 500));
        await second.SavedAsync();

        var alert = Assert.Single(second.Alerts.List(new AlertQuery { State = AlertFilter.All }).Items);
        Assert.Equal((AlertState.Raised, start + 180_000), (alert.State, alert.RaisedAt));
        Assert.True(second.Live.TryGet(Samples.DeviceA, out var device));
        Assert.Equal((1L, 2L), (device.Link.Counters.Frames, device.Link.Counters.Duplicates));
    }

    [Fact]
    public async Task A_wrong_clock_raises_an_alert_and_a_backlog_does_not()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await host.AddAsync(Samples.DeviceB);
        for (ushort i = 0; i <= 20; i++) await host.SendAsync(Samples.Pressure(Samples.DeviceA, i, IngestHost.Now - 1_200_000 + i * 60_000));
        await host.SendAsync(Samples.Pressure(Samples.DeviceB, 1, IngestHost.Now + 600_000));
        await host.SavedAsync();

        var alert = Assert.Single(host.Alerts.List(new AlertQuery()).Items);
        Assert.Equal((Samples.DeviceB, "water-clock", AlertKind.Clock, 300.0), (alert.Device!.Value, alert.Rule, alert.Kind, alert.Threshold));
        Assert.InRange(alert.Value!.Value, 500, 600);
    }

    [Fact]
    public async Task The_live_table_starts_with_what_the_store_holds()
    {
        var now = IngestHost.Now;
        await using (var first = await IngestHost.StartAsync(folder))
        {
            await first.AddAsync(Samples.DeviceA);
            await first.SendAsync(Samples.Pressure(Samples.DeviceA, 1, now - 1000, 3001));
            await first.SendAsync(Samples.Pressure(Samples.DeviceA, 2, now, 3002));
            await first.SavedAsync();
        }

        await using var second = await IngestHost.StartAsync(folder);
        await Eventually.Until(() => second.Live.TryGet(Samples.DeviceA, out _), "the stored reading on the live table");

        Assert.True(second.Live.TryGet(Samples.DeviceA, out var device));
        var shown = Assert.Single(device.Channels);
        Assert.True(shown.TryGetRaw(2, out var pressure));
        Assert.Equal((now, 3002L, 0L), (shown.Time, pressure, device.Link.Counters.Frames));
    }

    [Fact]
    public async Task A_fault_of_the_platform_is_an_alert_also_while_nothing_comes_in()
    {
        await using var host = await IngestHost.StartAsync(folder);
        host.Platform.Down(PlatformPart.Broker, "no connection to the broker");
        await Eventually.Until(() => host.Alerts.ActiveCount == 1, "the alert of the broker");

        var alert = Assert.Single(host.Alerts.List(new AlertQuery()).Items);
        Assert.Equal(("platform.broker", "no connection to the broker", null), (alert.Rule, alert.Detail, alert.Device));

        host.Platform.Up(PlatformPart.Broker);
        await Eventually.Until(() => host.Alerts.ActiveCount == 0, "its end");
    }

    [Fact]
    public async Task A_store_that_is_away_slows_no_screen_and_says_so()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        host.Store.Gate = new TaskCompletionSource();
        for (ushort i = 1; i <= 3; i++)
        {
            await host.SendAsync(Samples.Pressure(Samples.DeviceA, i, IngestHost.Now));
            await Eventually.Until(() => host.Live.TryGet(Samples.DeviceA, out var device) && device.Link.Sequence == i, $"frame {i} on the live table");
        }

        await Eventually.Until(() => host.Alerts.List(new AlertQuery()).Items.Any(alert => alert.Rule == "platform.store"), "the alert of the store");
        Assert.Equal(0, host.Total().Stored);

        var gate = host.Store.Gate;
        host.Store.Gate = null;
        gate.SetResult();
        await host.SavedAsync();
        Assert.Equal(3, host.Total().Stored);
        await Eventually.Until(() => host.Alerts.ActiveCount == 0, "the end of the store's alert");
    }
}
