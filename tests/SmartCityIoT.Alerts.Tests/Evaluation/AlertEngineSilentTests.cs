using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Alerts.Tests.Evaluation;

public sealed class AlertEngineSilentTests : IAsyncLifetime
{
    private District district = null!;
    private AlertRig rig = null!;

    public async ValueTask InitializeAsync()
    {
        district = await District.OpenAsync();
        rig = new AlertRig(district, AlertRig.Pressure);
        rig.Engine.Tick(rig.Now);
    }

    public async ValueTask DisposeAsync()
    {
        rig.Dispose();
        await district.DisposeAsync();
    }

    [Fact]
    public void Three_intervals_without_telemetry_are_silence()
    {
        Hear();
        Seconds(180);
        Assert.Empty(rig.Alerts());
        Seconds(1);
        var alert = rig.Alerts().Single(each => each.Device == District.Meter);
        Assert.Equal(("silent", AlertKind.Silent, AlertSeverity.Critical, 180.0, "s"), (alert.Rule, alert.Kind, alert.Severity, alert.Threshold, alert.Unit));
        Assert.Equal(181, alert.Value);
        Assert.True(rig.Desk.StandingOf(District.Meter).IsSilent);

        // Once, however long it lasts; and telemetry ends it, even old one.
        Seconds(1000);
        Assert.Single(rig.Alerts(), each => each.Device == District.Meter);
        rig.Send(District.Meter, "pressure", 200, Quality.Late);
        rig.Commit();
        Assert.Equal(rig.Now, rig.Alerts().Single(each => each.Device == District.Meter).ClearedAt);
        Assert.False(rig.Desk.StandingOf(District.Meter).IsSilent);

        Seconds(181);
        Assert.Equal(2, rig.Alerts().Count(each => each.Device == District.Meter));
    }

    [Fact]
    public void A_device_that_never_sent_is_expected_from_when_it_was_seen_in_service()
    {
        Seconds(180);
        Assert.Empty(rig.Alerts());
        Seconds(1);

        // The rule is for water alone: the camera and the lamp are nobody's here.
        Assert.Equal([District.Meter, District.Probe], rig.Alerts().Select(alert => alert.Device!.Value).Order());
        Assert.All(rig.Alerts(), alert => Assert.Equal("never heard", alert.Detail));
    }

    [Fact]
    public async Task A_planned_device_is_not_expected_and_three_intervals_after_it_went_in_service_it_is()
    {
        Seconds(1000);
        Assert.DoesNotContain(rig.Alerts(), alert => alert.Device == District.Spare);
        await district.Registry.PutInServiceAsync(District.Spare, District.Actor, CancellationToken.None);
        Seconds(181);
        Assert.DoesNotContain(rig.Alerts(), alert => alert.Device == District.Spare);
        Seconds(1);
        Assert.Contains(rig.Alerts(AlertFilter.Active), alert => alert.Device == District.Spare);

        await district.Registry.RetireAsync(District.Spare, District.Actor, CancellationToken.None);
        Seconds(61);
        Assert.DoesNotContain(rig.Alerts(AlertFilter.Active), alert => alert.Device == District.Spare);
    }

    [Fact]
    public void After_a_restart_a_device_has_one_interval_of_grace()
    {
        Hear();
        rig.Commit();
        rig.Wait(100_000);

        // As the live table is seeded from the store: the last reading is long ago.
        rig.Restart(live => live.Seed(AlertRig.ReadingOf(District.Meter, "pressure", 200, District.Start)));
        rig.TickAndCommit();
        Seconds(60);
        Assert.Empty(rig.Alerts());
        Seconds(1);
        Assert.Equal(District.Meter, Assert.Single(rig.Alerts()).Device);
    }

    [Fact]
    public void A_restart_does_not_raise_a_silence_again()
    {
        Seconds(181);
        var before = rig.Alerts();
        for (var i = 0; i < 3; i++)
        {
            rig.Restart();
            Seconds(1000);
        }

        Assert.Equal(before, rig.Alerts());

        // What is heard first after a restart ends it, before any silence could be found again.
        rig.Restart();
        rig.Send(District.Meter, "pressure", 200);
        rig.Commit();
        Assert.Equal([District.Probe], rig.Alerts(AlertFilter.Active).Select(alert => alert.Device!.Value));
    }

    [Fact]
    public void While_the_platform_is_blind_no_device_is_accused()
    {
        Hear();
        rig.Wait(100);
        rig.Engine.SetBlind("broker", true, "connection refused");
        rig.Engine.SetBlind("broker", true, "connection refused");
        Seconds(1000);
        var blind = Assert.Single(rig.Alerts());
        Assert.Equal((null, "platform.broker", AlertKind.Platform, AlertSeverity.Critical), (blind.Device, blind.Rule, blind.Kind, blind.Severity));
        Assert.Equal("connection refused", blind.Detail);

        // A second part keeps the rules held when the first is well again.
        rig.Engine.SetBlind("journal", true, "disk full");
        Seconds(1);
        rig.Engine.SetBlind("broker", false, "connected");
        Seconds(1000);
        Assert.Equal(["platform.broker", "platform.journal"], rig.Alerts().Select(alert => alert.Rule));
        Assert.Equal(["platform.journal"], rig.Alerts(AlertFilter.Active).Select(alert => alert.Rule));

        // Then everybody has an interval to be heard.
        rig.Engine.SetBlind("journal", false, "room again");
        Seconds(60);
        Assert.Equal(0, rig.Desk.ActiveCount);
        rig.Send(District.Meter, "pressure", 200);
        Seconds(2);
        Assert.Equal(District.Probe, Assert.Single(rig.Alerts(AlertFilter.Active)).Device);
    }

    [Fact]
    public void A_fault_is_told_and_holds_nothing()
    {
        rig.Engine.SetFault("store", true, "401 Unauthorized");
        Seconds(181);
        Assert.Equal(["platform.store", "silent", "silent"], rig.Alerts().Select(alert => alert.Rule));
    }

    [Fact]
    public void A_link_that_flaps_between_two_ticks_raises_nothing()
    {
        rig.Engine.SetBlind("broker", true, "reset");
        rig.Engine.SetBlind("broker", false, "connected");
        rig.TickAndCommit();
        Assert.Empty(rig.Alerts());
    }

    [Fact]
    public void A_platform_alert_of_the_last_process_stays_if_it_is_told_again_and_ends_if_not()
    {
        rig.Engine.SetBlind("broker", true, "refused");
        rig.Engine.SetFault("store", true, "down");
        rig.TickAndCommit();
        rig.Restart();
        rig.Engine.SetBlind("broker", true, "refused");
        for (var i = 0; i < 7; i++)
        {
            Seconds(1);
            rig.Wait(9);
        }

        Assert.Equal(["platform.broker"], rig.Alerts(AlertFilter.Active).Select(alert => alert.Rule));
        Assert.Equal(2, rig.Alerts().Count);
    }

    [Fact]
    public async Task The_registrys_interval_counts()
    {
        Hear();
        await district.Registry.SetReportingIntervalAsync(District.Meter, 600, District.Actor, CancellationToken.None);
        Seconds(1000);
        Assert.Equal([District.Probe], rig.Alerts().Select(alert => alert.Device!.Value));
    }

    private void Hear()
    {
        rig.Send(District.Meter, "pressure", 200);
        rig.Send(District.Probe, "pressure", 200);
    }

    private void Seconds(int count)
    {
        for (var i = 0; i < count; i++)
        {
            rig.Wait(1);
            rig.Engine.Tick(rig.Now);
        }

        rig.Commit();
    }
}
