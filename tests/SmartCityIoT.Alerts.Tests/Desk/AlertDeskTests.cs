using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;

namespace SmartCityIoT.Alerts.Tests.Desk;

public sealed class AlertDeskTests : IAsyncLifetime
{
    private District district = null!;
    private AlertRig rig = null!;

    private static CancellationToken Timeout => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        district = await District.OpenAsync();
        rig = new AlertRig(district, AlertRig.Pressure, new AlertOptions
        {
            Rules = { ["low"] = new RuleOverride { DwellSeconds = 0, ClearAfterSeconds = 0 } },
        });
    }

    public async ValueTask DisposeAsync()
    {
        rig.Dispose();
        await district.DisposeAsync();
    }

    [Fact]
    public void An_alert_is_raised_acknowledged_and_cleared_with_a_history()
    {
        var id = Raise(District.Meter).Id;
        rig.Wait(60);
        var taken = rig.Desk.Acknowledge(id, "H'Hen", "valve closed");
        Assert.Equal(AcknowledgeOutcome.Acknowledged, taken.Outcome);
        Assert.Equal((AlertState.Acknowledged, "H'Hen", (long?)District.Start + 60_000), (taken.Alert!.State, taken.Alert.AcknowledgedBy, taken.Alert.AcknowledgedAt));
        Assert.Equal(1, rig.Desk.ActiveCount);
        rig.Wait(60);
        Clear(District.Meter);

        Assert.Equal(
            [
                new AlertStep(District.Start, AlertState.Raised, "platform", null, 50),
                new AlertStep(District.Start + 60_000, AlertState.Acknowledged, "H'Hen", "valve closed", null),
                new AlertStep(District.Start + 121_000, AlertState.Cleared, "platform", null, 200),
            ],
            rig.Desk.History(id));
        Assert.Equal(AlertState.Cleared, rig.Desk.Find(id)!.State);
        Assert.Equal("H'Hen", rig.Desk.Find(id)!.AcknowledgedBy);
    }

    [Fact]
    public void The_first_to_acknowledge_keeps_it_and_what_has_cleared_is_nobodys()
    {
        var id = Raise(District.Meter).Id;
        rig.Desk.Acknowledge(id, "first", null);
        var second = rig.Desk.Acknowledge(id, "second", null);
        Assert.Equal((AcknowledgeOutcome.AlreadyAcknowledged, "first"), (second.Outcome, second.Alert!.AcknowledgedBy));
        Clear(District.Meter);
        Assert.Equal(AcknowledgeOutcome.Cleared, rig.Desk.Acknowledge(id, "third", null).Outcome);
        Assert.Equal(AcknowledgeOutcome.NotFound, rig.Desk.Acknowledge(99, "third", null).Outcome);
        Assert.Equal(3, rig.Desk.History(id).Count);

        var missed = Raise(District.Probe).Id;
        Clear(District.Probe);
        Assert.Equal(AcknowledgeOutcome.Cleared, rig.Desk.Acknowledge(missed, "third", null).Outcome);
        Assert.Null(rig.Desk.Find(missed)!.AcknowledgedBy);
        Assert.ThrowsAny<ArgumentException>(() => rig.Desk.Acknowledge(id, " ", null));
        Assert.ThrowsAny<ArgumentException>(() => rig.Desk.Acknowledge(id, "a", new string('x', 1001)));
        Assert.Null(rig.Desk.Find(99));
        Assert.Empty(rig.Desk.History(99));
    }

    [Fact]
    public void Pages_newest_first_without_a_gap_while_new_alerts_come()
    {
        for (var i = 0; i < 7; i++)
        {
            Raise(District.Meter);
            Clear(District.Meter);
        }

        var seen = new List<long>();
        string? next = null;
        do
        {
            long? before = null;
            if (next is not null)
            {
                Assert.True(AlertCursor.TryParse(next, out var id));
                before = id;
            }

            var page = rig.Desk.List(new AlertQuery { State = AlertFilter.Cleared, Limit = 2, Before = before });
            seen.AddRange(page.Items.Select(alert => alert.Id));
            next = page.Next;
            Raise(District.Probe);
            Clear(District.Probe);
        }
        while (next is not null);

        Assert.Equal(7, seen.Count);
        Assert.Equal(seen.OrderDescending(), seen);
    }

    [Fact]
    public void Finds_by_state_device_area_and_sector()
    {
        Raise(District.Meter);
        Raise(District.Probe);
        Clear(District.Meter);
        Assert.Equal([District.Probe], Devices(new AlertQuery()));
        Assert.Equal([District.Meter], Devices(new AlertQuery { State = AlertFilter.Cleared }));
        Assert.Equal([District.Probe, District.Meter], Devices(new AlertQuery { State = AlertFilter.All }));
        Assert.Equal([District.Meter], Devices(new AlertQuery { State = AlertFilter.All, Device = District.Meter }));
        Assert.Empty(Devices(new AlertQuery { Sector = "traffic" }));
        Assert.Equal([District.Probe], Devices(new AlertQuery { Sector = "water", Areas = ["", "24118"] }));
        Assert.Empty(Devices(new AlertQuery { Areas = ["24118"] }));
        Assert.Empty(Devices(new AlertQuery { Areas = [] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Desk.List(new AlertQuery { Limit = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Desk.List(new AlertQuery { Limit = 10_001 }));

        IEnumerable<ulong> Devices(AlertQuery query) => rig.Desk.List(query).Items.Select(alert => alert.Device!.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAA")]
    [InlineData("AAAAAAAAAA!")]
    [InlineData("12345678901234567890")]
    [InlineData("____________")]
    public void A_cursor_that_is_none_is_refused(string text) => Assert.False(AlertCursor.TryParse(text, out _));

    [Fact]
    public async Task The_feed_tells_each_change_in_order()
    {
        var waiting = rig.Desk.Feed.WaitAsync(0, Timeout);
        Assert.False(waiting.IsCompleted);
        var id = Raise(District.Meter).Id;
        await waiting;
        rig.Desk.Acknowledge(id, "x", null);
        Clear(District.Meter);

        var changes = new List<Alert>();
        Assert.True(rig.Desk.Feed.TryRead(0, changes, out var reached));
        Assert.Equal([AlertState.Raised, AlertState.Acknowledged, AlertState.Cleared], changes.Select(alert => alert.State));
        Assert.Equal(3, reached);
        Assert.False(rig.Desk.Feed.WaitAsync(reached, Timeout).IsCompleted);
        changes.Clear();
        Assert.True(rig.Desk.Feed.TryRead(2, changes, out _));
        Assert.Single(changes);
        Assert.False(rig.Desk.Feed.TryRead(99, changes, out _));
    }

    [Fact]
    public void Who_sleeps_too_long_is_told_so()
    {
        var feed = new AlertFeed();
        var alert = Raise(District.Meter);
        for (var i = 0; i <= AlertFeed.Capacity; i++) feed.Publish([alert with { Id = i + 1 }]);
        var changes = new List<Alert>();
        Assert.False(feed.TryRead(0, changes, out var reached));
        Assert.Equal(AlertFeed.Capacity + 1, reached);
        Assert.Empty(changes);
        Assert.True(feed.TryRead(1, changes, out _));
        Assert.Equal(Enumerable.Range(2, AlertFeed.Capacity).Select(id => (long)id), changes.Select(change => change.Id));
    }

    [Fact]
    public async Task Acknowledging_while_the_engine_raises_and_clears_loses_nothing()
    {
        var stop = 0;
        var acknowledged = 0;
        var people = Task.Run(
            () =>
            {
                while (Volatile.Read(ref stop) == 0)
                {
                    foreach (var alert in rig.Desk.List(new AlertQuery()).Items)
                    {
                        if (rig.Desk.Acknowledge(alert.Id, "p", null).Outcome == AcknowledgeOutcome.Acknowledged) acknowledged++;
                    }
                }
            },
            Timeout);
        for (var i = 0; i < 150; i++)
        {
            Raise(District.Meter);
            Clear(District.Meter);
        }

        Volatile.Write(ref stop, 1);
        await people;
        Assert.Equal(0, rig.Desk.ActiveCount);
        var all = rig.Alerts();
        Assert.Equal(150, all.Count);
        Assert.Equal(acknowledged, all.Count(alert => alert.AcknowledgedBy == "p"));
        var changes = new List<Alert>();
        Assert.True(rig.Desk.Feed.TryRead(0, changes, out _));
        Assert.Equal(300 + acknowledged, changes.Count);
    }

    private Alert Raise(ulong device)
    {
        rig.Send(device, "pressure", 50);
        rig.Commit();
        return rig.Desk.ActiveOf(device).Single();
    }

    private void Clear(ulong device)
    {
        rig.Wait(1);
        rig.Send(device, "pressure", 200);
        rig.Commit();
        rig.Wait(1);
    }
}
