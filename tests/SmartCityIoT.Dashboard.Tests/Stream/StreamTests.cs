using Microsoft.Extensions.Time.Testing;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Stream;

/// <summary>The event stream over a real connection, under a clock that the test moves.</summary>
public class StreamTests
{
    private static FakeTimeProvider NewClock() => new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task A_change_goes_out_at_once_in_the_shape_that_the_page_reads()
    {
        await using var host = await StartAsync(NewClock());
        using var stream = await EventReader.OpenAsync(host);
        host.Show(WaterA, 3001);

        var changes = await stream.NextAsync();

        Assert.Equal("devices", changes.Name);
        Assert.Equal(host.Live.EventId(host.Live.Version), changes.Id);
        var device = Assert.Single(changes.Data.EnumerateArray());
        Assert.Equal(["id", "state", "connected", "lastSeen", "alerts", "channels"], Members(device));
        Assert.Equal(
            $$$"""[{"channel":0,"time":{{{host.Now}}},"quality":32,"flags":4,"values":{"pressure":300.1}}]""",
            device.GetProperty("channels").GetRawText());
    }

    [Fact]
    public async Task A_device_that_changes_all_the_time_goes_out_four_times_a_second_and_ends_on_its_last_value()
    {
        var clock = NewClock();
        await using var host = await StartAsync(clock);
        using var stream = await EventReader.OpenAsync(host);
        var started = clock.GetUtcNow();
        var seen = new List<double>();
        var reading = Task.Run(async () =>
        {
            while (seen.Count == 0 || seen[^1] < 340.0)
            {
                var changes = await stream.NextAsync("devices");
                lock (seen) seen.Add(Assert.Single(changes.Data.EnumerateArray()).GetProperty("channels")[0].GetProperty("values").GetProperty("pressure").GetDouble());
            }
        });

        for (var i = 1; i <= 40; i++)
        {
            host.Show(WaterA, 3000 + i * 10);
            clock.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Delay(1);
        }

        await Until(() => { clock.Advance(TimeSpan.FromMilliseconds(25)); return reading.IsCompleted; }, "the last value on the stream");
        await reading;
        var most = 1 + (clock.GetUtcNow() - started) / TimeSpan.FromMilliseconds(250);
        Assert.InRange(seen.Count, 2, (int)most);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public async Task A_cut_stream_goes_on_where_it_was_cut()
    {
        await using var host = await StartAsync(NewClock());
        string? id;
        using (var first = await EventReader.OpenAsync(host))
        {
            host.Show(WaterA, 3001);
            id = (await first.NextAsync("devices")).Id;
        }

        host.Show(WaterB, 3002);
        using (var resumed = await EventReader.OpenAsync(host, lastEventId: id)) Assert.Equal([Text(WaterB)], Ids(await resumed.NextAsync("devices")));

        // Without an id only what comes is told; with the id of another process everything is.
        using (var fresh = await EventReader.OpenAsync(host))
        {
            host.Show(WaterA, 3003);
            Assert.Equal([Text(WaterA)], Ids(await fresh.NextAsync("devices")));
        }

        using (var other = await EventReader.OpenAsync(host, lastEventId: "1-99"))
        {
            Assert.Equal([Text(WaterA), Text(WaterB)], Ids(await other.NextAsync("devices")).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("?sector=water&area=local-ea-kao")]
    [InlineData("?area=local-ea-kao")]
    public async Task A_filter_lets_through_what_it_names(string query)
    {
        var clock = NewClock();
        await using var host = await StartAsync(clock);
        using var stream = await EventReader.OpenAsync(host, query);
        host.Show(WaterA, 3001);
        host.Raise(WaterA, host.Now);
        host.Raise(WaterB, host.Now);

        var alert = await stream.NextAsync();
        Assert.Equal(("alert", Text(WaterB)), (alert.Name, alert.Data.GetProperty("device").GetString()));
        host.Show(WaterB, 3002);
        var changes = stream.NextAsync("devices");
        await Until(() => { if (!changes.IsCompleted) clock.Advance(TimeSpan.FromMilliseconds(25)); return changes.IsCompleted; }, "the device that the filter names");
        Assert.Equal([Text(WaterB)], Ids(await changes));
    }

    [Fact]
    public async Task A_filter_of_another_sector_shows_nothing_of_this_one()
    {
        var clock = NewClock();
        await using var host = await StartAsync(clock);
        using var stream = await EventReader.OpenAsync(host, "?sector=traffic");
        host.Show(WaterA, 3001);
        host.Raise(WaterA, host.Now);
        await Until(() => { clock.Advance(TimeSpan.FromMilliseconds(100)); return clock.GetUtcNow() > new DateTimeOffset(2026, 3, 1, 8, 0, 2, TimeSpan.Zero); }, "two seconds");
        Assert.Equal("status", (await stream.NextAsync()).Name);
    }

    [Fact]
    public async Task Each_step_of_an_alert_goes_out_as_the_alert_itself()
    {
        await using var host = await StartAsync(NewClock());
        using var stream = await EventReader.OpenAsync(host);
        host.Raise(WaterA, host.Now);
        var raised = await stream.NextAsync("alert");
        var listed = Items(await host.GetAsync("/api/v1/alerts")).Single();
        Assert.Equal(listed.GetRawText(), raised.Data.GetRawText());

        using (await host.PostAsync($"/api/v1/alerts/{listed.GetProperty("id").GetString()}/acknowledge", new { }))
        {
            Assert.Equal("acknowledged", (await stream.NextAsync("alert")).Data.GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task The_status_comes_each_second()
    {
        var clock = NewClock();
        await using var host = await StartAsync(clock);
        using var stream = await EventReader.OpenAsync(host);
        for (var second = 1; second <= 3; second++)
        {
            var before = host.Now;
            var next = stream.NextAsync();
            await Until(() => { if (!next.IsCompleted) clock.Advance(TimeSpan.FromMilliseconds(250)); return next.IsCompleted; }, "a status");
            var status = await next;
            Assert.Equal("status", status.Name);
            Assert.Equal(["now", "messagesPerSecond", "connected", "devices", "journal", "store", "activeAlerts", "today"], Members(status.Data));
            Assert.True(status.Data.GetProperty("now").GetInt64() > before);
            Assert.Equal("""{"usedFraction":0.01,"lagStore":2,"lagLive":3}""", status.Data.GetProperty("journal").GetRawText());
            Assert.Equal("""{"up":true,"error":null}""", status.Data.GetProperty("store").GetRawText());
            Assert.Equal(3, status.Data.GetProperty("devices").GetInt32());
        }
    }

    [Fact]
    public async Task An_open_stream_holds_up_no_stop()
    {
        var host = await StartAsync();
        await using (host)
        {
            using var stream = await EventReader.OpenAsync(host);
            await host.App.StopAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                while (true) await stream.NextAsync();
            });
        }
    }

    private static string?[] Ids(ServerEvent changes) => [.. changes.Data.EnumerateArray().Select(device => device.GetProperty("id").GetString())];
}
