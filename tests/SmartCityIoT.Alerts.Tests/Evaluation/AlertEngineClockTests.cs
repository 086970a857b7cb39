using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Alerts.Tests.Evaluation;

public sealed class AlertEngineClockTests : IAsyncLifetime
{
    private const string Clock = """
        { "sector": "water", "version": "1", "rules": [
          { "id": "clock", "kind": "clock", "severity": "warning", "label": { "vi": "Sai", "en": "Wrong" },
            "limits": [ { "raise": 300, "clear": 240, "source": "test", "sourceState": "default" } ] } ] }
        """;

    private District district = null!;

    public async ValueTask InitializeAsync() => district = await District.OpenAsync();

    public async ValueTask DisposeAsync() => await district.DisposeAsync();

    [Theory]
    [InlineData(300.001)]
    [InlineData(-300.001)]
    [InlineData(86_400 * 365)]
    [InlineData(-1_790_000_000)]
    public void A_clock_beyond_the_level_raises_with_its_first_frame_and_clears_at_the_clear_level(double skew)
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 0);
        Report(rig, skew);
        var alert = Assert.Single(rig.Alerts());
        Assert.Equal(("clock", AlertKind.Clock, AlertSeverity.Warning, "s", 300.0), (alert.Rule, alert.Kind, alert.Severity, alert.Unit, alert.Threshold));
        Assert.Equal(skew, alert.Value!.Value, 3);
        Assert.Equal((District.Meter, null, AlertState.Raised), (alert.Device!.Value, alert.Field, alert.State));

        Report(rig, 240.001 * Math.Sign(skew));
        Assert.False(rig.Engine.HasTransitions);
        Report(rig, 240 * Math.Sign(skew));
        Assert.Equal(AlertState.Cleared, Assert.Single(rig.Alerts()).State);
    }

    [Theory]
    [InlineData(300, FrameFlags.None)]
    [InlineData(-300, FrameFlags.None)]
    [InlineData(-3600, FrameFlags.Replayed)]
    [InlineData(3600, FrameFlags.Commissioning)]
    [InlineData(3600, FrameFlags.ClockNotSynchronised)]
    public void What_proves_no_wrong_clock_raises_nothing(double skew, FrameFlags flags)
    {
        using var rig = new AlertRig(district, Clock);
        for (var i = 0; i < 20; i++) Report(rig, skew, flags);
        Assert.Empty(rig.Alerts());
    }

    [Fact]
    public void The_first_frames_of_a_device_may_have_waited_and_do_not_for_ever()
    {
        using var rig = new AlertRig(district, Clock);
        for (var i = 0; i < 5; i++) Report(rig, -3600);
        Assert.Empty(rig.Alerts());
        Report(rig, -3600);
        Assert.Single(rig.Alerts());
    }

    [Fact]
    public void Frames_that_waited_for_a_broken_link_are_no_wrong_clock()
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 0);
        rig.Wait(7200);
        for (var age = 7200; age >= 0; age -= 60) rig.SendSkewed(District.Meter, -age);
        rig.Commit();
        Assert.Empty(rig.Alerts());
    }

    [Fact]
    public void Frames_that_waited_while_the_platform_was_away_are_no_wrong_clock()
    {
        using var rig = new AlertRig(district, Clock);
        var heardAt = rig.Now;
        Report(rig, 0);
        rig.Wait(1200);

        // The first frame reaches the live table before the engine, as in the consumer.
        rig.Restart(live => live.Seed(AlertRig.ReadingOf(District.Meter, "pressure", 200, heardAt)));
        rig.Live.Link(new LinkUpdate(District.Meter, rig.Now, new FrameCounters(1)));
        for (var age = 1000; age >= 0; age -= 50) rig.SendSkewed(District.Meter, -age);
        rig.Commit();
        Assert.Empty(rig.Alerts());
    }

    [Fact]
    public void A_clock_that_is_behind_by_less_than_an_interval_is_found_with_its_second_frame()
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 0, wait: 900);
        Report(rig, -600, wait: 900);
        Assert.Empty(rig.Alerts());
        Report(rig, -600, wait: 900);
        Assert.Equal(-600, Assert.Single(rig.Alerts()).Value);
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_its_frames_late_and_is_found_all_the_same()
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 0);
        for (var i = 0; i < 5; i++) Report(rig, -86_400, isLate: true);
        Assert.Empty(rig.Alerts());
        Report(rig, -86_400, isLate: true);
        Assert.Single(rig.Alerts());
    }

    [Fact]
    public void A_restart_raises_nothing_twice_and_goes_on_with_what_was_pending()
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 0, wait: 900);
        Report(rig, -600, wait: 900);
        rig.Restart();
        Report(rig, -600, wait: 900);
        Assert.Single(rig.Alerts());
        rig.Restart();
        for (var i = 0; i < 3; i++) Report(rig, -600, wait: 900);
        Assert.Equal(AlertState.Raised, Assert.Single(rig.Alerts()).State);
        Report(rig, 0);
        Assert.Equal(AlertState.Cleared, Assert.Single(rig.Alerts()).State);
    }

    [Fact]
    public void Options_switch_it_off_and_end_what_stands()
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 3600);
        rig.Options = new AlertOptions { ClockEnabled = false };
        rig.Restart();
        rig.Commit();
        Assert.Equal(AlertState.Cleared, Assert.Single(rig.Alerts()).State);
        Report(rig, 3600);
        Assert.Single(rig.Alerts());
    }

    [Fact]
    public void An_option_widens_the_level_and_leaves_what_stands()
    {
        using var rig = new AlertRig(district, Clock);
        Report(rig, 3600);
        rig.TickAndCommit();
        Assert.Single(rig.Alerts(AlertFilter.Active));
        rig.Options = new AlertOptions { Rules = { ["clock"] = new RuleOverride { Raise = 5000 } } };
        rig.Restart();
        Report(rig, 3600);
        Assert.Single(rig.Alerts(AlertFilter.Active));
        Report(rig, 200);
        Report(rig, 3600);
        Assert.Empty(rig.Alerts(AlertFilter.Active));
    }

    private static void Report(AlertRig rig, double skew, FrameFlags flags = FrameFlags.None, bool isLate = false, int wait = 60)
    {
        rig.SendSkewed(District.Meter, skew, flags, isLate);
        rig.Commit();
        rig.Wait(wait);
    }
}
