using CsCheck;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Alerts.Tests.Evaluation;

public sealed class AlertEngineRestartTests : IAsyncLifetime
{
    private District district = null!;

    public async ValueTask InitializeAsync() => district = await District.OpenAsync();

    public async ValueTask DisposeAsync() => await district.DisposeAsync();

    /// <summary>The journal: readings of two devices every 30 s, with three raises and two clears among them.</summary>
    private static readonly (ulong Device, double Pressure)[] Journal =
    [
        .. new double[] { 200, 90, 90, 90, 90, 90, 105, 120, 120, 105, 120, 120, 120, 120, 120, 80, 80, 80, 80, 80, 80 }
            .SelectMany(pressure => new[] { (District.Meter, pressure), (District.Probe, pressure == 80 ? 200 : pressure) }),
    ];

    [Fact]
    public void A_kill_at_any_record_changes_nothing()
    {
        var expected = Play(kills: [], commits: i => i % 3 == 2);
        Assert.Equal(3, expected.Count);
        Assert.Equal(2, expected.Count(alert => alert.State == AlertState.Cleared));
        for (var kill = 0; kill < Journal.Length; kill++)
        {
            Assert.Equal(expected, Play([kill], i => i % 3 == 2));
            Assert.Equal(expected, Play([kill], i => i == kill));
        }
    }

    [Fact]
    public void Kills_and_commits_anywhere_change_nothing()
    {
        var expected = Play([], _ => false);
        Gen.Select(Gen.Int[0, Journal.Length - 1].HashSet[0, 5], Gen.Bool.Array[Journal.Length])
            .Sample((kills, commits) => Assert.Equal(expected, Play(kills, i => commits[i])), iter: 40, threads: 1);
    }

    [Fact]
    public void An_acknowledged_alert_stays_its_owners_through_a_restart()
    {
        using var rig = new AlertRig(district, AlertRig.Pressure);
        foreach (var _ in Enumerable.Range(0, 5)) Low(rig);
        rig.Commit();
        var id = Assert.Single(rig.Alerts()).Id;
        Assert.Equal(AcknowledgeOutcome.Acknowledged, rig.Desk.Acknowledge(id, "Y Moan", "on the way").Outcome);

        rig.Restart();
        foreach (var _ in Enumerable.Range(0, 5)) Low(rig);
        Assert.False(rig.Engine.HasTransitions);
        var alert = Assert.Single(rig.Alerts());
        Assert.Equal((id, AlertState.Acknowledged, "Y Moan"), (alert.Id, alert.State, alert.AcknowledgedBy));
        Assert.Equal(1, rig.Desk.StandingOf(District.Meter).Count);

        static void Low(AlertRig rig)
        {
            rig.Send(District.Meter, "pressure", 50);
            rig.Wait(60);
        }
    }

    [Fact]
    public void A_commit_carries_the_consumers_position_and_states()
    {
        using var rig = new AlertRig(district, AlertRig.Pressure);
        Assert.Equal(0, rig.Checkpoint.Position);
        rig.Engine.Commit(42, [new DeviceState(District.Meter, new byte[] { 1, 2 }), new DeviceState(District.Probe, new byte[] { 3 })]);
        rig.Engine.Commit(43, [new DeviceState(District.Meter, new byte[] { 9 })]);
        rig.Restart();
        Assert.Equal(43, rig.Checkpoint.Position);
        Assert.Equal(
            [(District.Meter, "09"), (District.Probe, "03")],
            rig.Checkpoint.DeviceStates.Select(state => (state.Device, Convert.ToHexString(state.State.Span))).OrderBy(state => state.Device));
    }

    [Fact]
    public void A_rule_that_is_gone_ends_its_alerts_and_forgets_its_dwells()
    {
        using var rig = new AlertRig(district, AlertRig.Pressure);
        for (var i = 0; i < 5; i++)
        {
            rig.Send(District.Meter, "pressure", 50);
            rig.Wait(60);
        }

        rig.Send(District.Probe, "pressure", 50);
        rig.Commit();
        rig.Options = new AlertOptions { ThresholdsEnabled = false };
        rig.Restart();
        rig.Commit();
        var alert = Assert.Single(rig.Alerts());
        Assert.Equal(AlertState.Cleared, alert.State);
        Assert.Equal("the rule does not exist any more", rig.Desk.History(alert.Id)[^1].Note);

        // And when it comes back, it starts from nothing.
        rig.Options = new AlertOptions();
        rig.Restart();
        rig.Wait(600);
        rig.Send(District.Probe, "pressure", 50);
        Assert.False(rig.Engine.HasTransitions);
    }

    /// <summary>
    /// Plays the journal through the engine. A kill after a record loses what was not committed; the records behind the
    /// checkpoint are played again, as the journal does.
    /// </summary>
    private List<Alert> Play(IReadOnlyCollection<int> kills, Func<int, bool> commits)
    {
        using var rig = new AlertRig(district, AlertRig.Pressure);
        var left = new HashSet<int>(kills);
        var next = 0;
        while (next < Journal.Length)
        {
            var at = District.Start + next / 2 * 30_000L;
            var reading = AlertRig.ReadingOf(Journal[next].Device, "pressure", Journal[next].Pressure, at);
            rig.Engine.Evaluate(reading, next + 1, at);
            if (commits(next)) rig.Engine.Commit(next + 1, []);
            if (left.Remove(next))
            {
                rig.Restart();
                next = (int)rig.Checkpoint.Position;
            }
            else
            {
                next++;
            }
        }

        rig.Engine.Commit(next, []);

        // Two alerts of one commit may stand in either order of their ids; everything else is the same.
        return [.. rig.Alerts().OrderBy(alert => alert.RaisedAt).ThenBy(alert => alert.Device).Select(alert => alert with { Id = 0 })];
    }
}
