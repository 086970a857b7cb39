using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Alerts.Tests.Evaluation;

public sealed class AlertEngineThresholdTests : IAsyncLifetime
{
    private District district = null!;
    private AlertRig rig = null!;

    public async ValueTask InitializeAsync()
    {
        district = await District.OpenAsync();
        rig = new AlertRig(district, AlertRig.Pressure);
    }

    public async ValueTask DisposeAsync()
    {
        rig.Dispose();
        await district.DisposeAsync();
    }

    [Fact]
    public void Raises_after_the_dwell_and_clears_after_its_time()
    {
        Pressures(150, 90, 90);
        Assert.False(rig.Engine.HasTransitions);
        Pressures(89.5);
        Assert.True(rig.Engine.HasTransitions);
        Assert.Empty(rig.Alerts());
        rig.Commit();
        Assert.False(rig.Engine.HasTransitions);

        var alert = Assert.Single(rig.Alerts());
        Assert.Equal((District.Meter, "low", "Thấp", "Low"), (alert.Device, alert.Rule, alert.LabelVi, alert.LabelEn));
        Assert.Equal(("Đồng hồ Tân Lợi", "water", "pressure", "kPa"), (alert.DeviceName, alert.Sector, alert.Field, alert.Unit));
        Assert.Equal((89.5, 100.0, AlertState.Raised), (alert.Value, alert.Threshold, alert.State));
        Assert.Equal(District.Start + 180_000, alert.RaisedAt);
        Assert.Equal(new DeviceStanding(1, false, AlertSeverity.Warning), rig.Desk.StandingOf(District.Meter));

        // 105 kPa lies between the levels and ends the clearing that 120 kPa began.
        Pressures(120, 120, 105, 120, 115);
        Assert.False(rig.Engine.HasTransitions);
        Pressures(110);
        rig.Commit();
        alert = Assert.Single(rig.Alerts());
        Assert.Equal((AlertState.Cleared, District.Start + 9 * 60_000), (alert.State, alert.ClearedAt));
        Assert.Equal(0, rig.Desk.ActiveCount);
        Assert.Equal(default, rig.Desk.StandingOf(District.Meter));
        Assert.Equal([89.5, 110], rig.Desk.History(alert.Id).Select(step => step.Value));
    }

    [Theory]
    [InlineData(Quality.Late, FrameFlags.None)]
    [InlineData(Quality.Replayed, FrameFlags.None)]
    [InlineData(Quality.Test, FrameFlags.None)]
    [InlineData(Quality.Good, FrameFlags.Replayed)]
    [InlineData(Quality.Good, FrameFlags.Commissioning)]
    public void What_is_not_live_neither_raises_nor_clears(Quality quality, FrameFlags flags)
    {
        foreach (var pressure in new double[] { 50, 50, 50, 50 }) Minute(pressure, quality, flags);
        Assert.False(rig.Engine.HasTransitions);
        Pressures(50, 50, 50);
        Assert.True(rig.Engine.HasTransitions);
        rig.Commit();
        foreach (var pressure in new double[] { 200, 200, 200, 200 }) Minute(pressure, quality, flags);
        Assert.False(rig.Engine.HasTransitions);
        Assert.Equal(1, rig.Desk.ActiveCount);
    }

    [Fact]
    public void An_implausible_value_is_a_broken_sensor_and_no_low_pressure()
    {
        Pressures(-101, -500, -101, -101);
        Assert.False(rig.Engine.HasTransitions);

        // Another field's implausible value does not silence this one.
        foreach (var pressure in new double[] { 50, 50, 50 }) Minute(pressure, Quality.OutOfRange);
        Assert.True(rig.Engine.HasTransitions);
    }

    [Fact]
    public void A_time_that_the_platform_gave_counts_as_now()
    {
        foreach (var pressure in new double[] { 50, 50, 50 }) Minute(pressure, Quality.ServerTime | Quality.Unsynchronised);
        Assert.True(rig.Engine.HasTransitions);
    }

    [Fact]
    public void Channels_and_devices_are_watched_apart()
    {
        for (var i = 0; i < 3; i++)
        {
            rig.Wait(60);
            rig.Send(District.Meter, "pressure", i == 2 ? 200 : 50, channel: 1);
            rig.Send(District.Meter, "pressure", 50, channel: 2);
            rig.Send(District.Probe, "pressure", i == 0 ? 200 : 50);
        }

        rig.Commit();
        var alert = Assert.Single(rig.Alerts());
        Assert.Equal((District.Meter, 2), (alert.Device, alert.Channel));
    }

    [Fact]
    public void A_site_has_its_own_level_or_none()
    {
        using var special = new AlertRig(district, AlertRig.Pressure, new AlertOptions
        {
            Rules =
            {
                ["low"] = new RuleOverride
                {
                    DwellSeconds = 0,
                    Sites = { ["TL-01"] = new RuleAdjustment { Raise = 40, Clear = 45 }, ["TA-01"] = new RuleAdjustment { Enabled = false } },
                },
            },
        });
        special.Send(District.Meter, "pressure", 50);
        special.Send(District.Probe, "pressure", 10);
        Assert.False(special.Engine.HasTransitions);
        special.Send(District.Meter, "pressure", 39.9);
        special.Commit();
        Assert.Equal(40, Assert.Single(special.Alerts()).Threshold);
    }

    [Fact]
    public void A_limit_holds_only_on_its_days()
    {
        using var dated = new AlertRig(district, AlertRig.Pressure.Replace("\"raise\": 100", "\"validFrom\": \"2026-03-02\", \"raise\": 100", StringComparison.Ordinal));
        for (var i = 0; i < 4; i++) Low(District.Start + i * 60_000);
        Assert.False(dated.Engine.HasTransitions);
        for (var i = 0; i < 3; i++) Low(District.Start + 86_400_000 + i * 60_000);
        Assert.True(dated.Engine.HasTransitions);

        void Low(long at) => dated.Send(District.Meter, "pressure", 50, at);
    }

    [Fact]
    public void A_device_that_is_not_provisioned_is_not_watched()
    {
        for (var i = 0; i < 4; i++)
        {
            rig.Wait(60);
            rig.Send(0xdead, "pressure", 50);
        }

        Assert.False(rig.Engine.HasTransitions);
    }

    [Fact]
    public async Task Retiring_a_device_ends_its_alerts()
    {
        Pressures(50, 50, 50);
        rig.TickAndCommit();
        Assert.Equal(1, rig.Desk.ActiveCount);
        await district.Registry.RetireAsync(District.Meter, District.Actor, CancellationToken.None);
        rig.Wait(61);
        rig.TickAndCommit();
        var alert = Assert.Single(rig.Alerts(AlertFilter.Cleared));
        Assert.Equal("the device is retired", rig.Desk.History(alert.Id)[^1].Note);
        Pressures(50, 50, 50, 50);
        Assert.False(rig.Engine.HasTransitions);
    }

    [Fact]
    public void A_change_shows_in_the_live_feed()
    {
        var reading = AlertRig.ReadingOf(District.Meter, "pressure", 50, rig.Now);
        rig.Live.Apply(reading, rig.Now);
        rig.Live.Publish();
        var version = rig.Live.Version;
        Pressures(50, 50, 50);
        rig.Commit();
        Assert.True(rig.Live.Version > version);
    }

    [Fact]
    public void Steady_readings_allocate_nothing()
    {
        rig.Live.Apply(AlertRig.ReadingOf(District.Meter, "pressure", 90, rig.Now), rig.Now);
        Pressures(90, 90, 90);
        rig.Commit();
        var raw = new long[Frame.FieldSlots];
        District.Catalog.TryGetSchema(2, 1, out var water);
        var bit = water!.FieldNamed("pressure")!.Bit;

        long now = rig.Now;

        // Raised, clearing, raised again: slots change and are saved, and still nothing is allocated.
        Run(1000);
        rig.Commit();
        Assert.Equal(0, Allocated.By(() => Run(100_000)));
        Assert.False(rig.Engine.HasTransitions);

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                now += 1000;
                raw[bit] = i % 60 < 30 ? 900 : 1150;
                var reading = new Reading
                {
                    Origin = new ReadingOrigin(District.Meter, now * 1000, 0, 0, 1, (ushort)i, 0),
                    Schema = water,
                    Channel = 0,
                    Presence = 1u << bit,
                    Raw = raw,
                };
                rig.Engine.Evaluate(reading, i + 10, now);
            }
        }
    }

    private void Pressures(params ReadOnlySpan<double> values)
    {
        foreach (var pressure in values) Minute(pressure);
    }

    private void Minute(double pressure, Quality quality = Quality.Good, FrameFlags flags = FrameFlags.None)
    {
        rig.Send(District.Meter, "pressure", pressure, quality, flags);
        rig.Wait(60);
    }
}
