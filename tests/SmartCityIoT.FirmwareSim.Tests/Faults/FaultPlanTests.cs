using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Faults;
using SmartCityIoT.FirmwareSim.Physics;
using SmartCityIoT.FirmwareSim.Tests.Firmware;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.FirmwareSim.Tests.Faults;

public sealed class FaultPlanTests
{
    private static readonly long Evening = Packs.Local(2026, 9, 10, 20);

    private static (District District, IReadOnlyList<SimulatedFault> Faults) Plan(ulong seed = 1)
    {
        var district = Packs.New(seed);
        return (district, new FaultPlan(district, new FaultOptions(), Evening).Advance(Evening));
    }

    private static FirmwareProbe Probe(District district, ulong id) => new(district.Devices.Single(device => device.Id == id));

    [Fact]
    public void Every_period_has_one_fault_of_each_kind_inside_it()
    {
        var district = Packs.New();
        var plan = new FaultPlan(district, new FaultOptions(), Evening);
        for (var period = 0; period < 20; period++)
        {
            var from = Evening + (period * 300_000L);
            var faults = plan.Advance(from);
            Assert.Empty(plan.Advance(from + 299_999));
            Assert.Equal(Enum.GetValues<FaultKind>(), faults.Select(fault => fault.Kind).Order());
            Assert.All(faults, fault =>
            {
                Assert.InRange(fault.From, from, from + 300_000);
                Assert.InRange(fault.To, fault.From + 60_000, from + 300_000);
                Assert.NotEmpty(fault.Devices);
            });
        }

        Assert.Equal(80, plan.Truth.Count);
    }

    [Fact]
    public void A_leak_lowers_the_pressure_raises_the_flow_and_is_over_afterwards()
    {
        var (district, faults) = Plan();
        var leak = faults.Single(fault => fault.Kind == FaultKind.ZoneLeak);
        var logger = Probe(district, leak.Devices[1]);
        var meter = Probe(district, leak.Devices[0]);

        Assert.True(logger.Read(leak.From - 1000, "pressure") > 120);
        var before = meter.Read(leak.From - 1000, "flow")!.Value;
        var frames = logger.Report(leak.From + 30_000);
        Assert.InRange(FirmwareProbe.Values(frames[0])["pressure"]!.Value, 20, 99);
        Assert.True(meter.Read(leak.From + 30_000, "flow") > before * 1.4);
        Assert.True(logger.Read(leak.To, "pressure") > 120);

        var reported = FirmwareProbe.Decode(frames[1]);
        Assert.Equal(MessageType.Event, reported.Header.Type);
        Assert.Equal((ushort)EventCode.LowPressure, reported.Event.Code);
        Assert.Equal(1000, reported.Event.Threshold);
        Assert.InRange(reported.Event.Value, 200, 999);
        Assert.Single(logger.Report(leak.From + 60_000));
    }

    [Fact]
    public void What_leaks_is_counted_by_the_zone_meter_and_goes_on_counting_afterwards()
    {
        var (district, faults) = Plan();
        var leak = faults.Single(fault => fault.Kind == FaultKind.ZoneLeak);
        var meter = Probe(district, leak.Devices[0]);
        var start = meter.Read(leak.From - 60_000, "volume")!.Value;
        var (litres, last) = (0.0, start);
        for (var time = leak.From - 58_000; time < leak.To + 60_000; time += 2000)
        {
            var values = FirmwareProbe.Values(meter.Report(time)[0]);
            litres += values["flow"]!.Value * 1000 * 2 / 3600;
            Assert.True(values["volume"] >= last);
            last = values["volume"]!.Value;
        }

        Assert.Equal(1, (last - start) / litres, 0.01);
    }

    [Fact]
    public void A_sag_takes_the_lamps_of_its_cabinet_along()
    {
        var (district, faults) = Plan();
        var sag = faults.Single(fault => fault.Kind == FaultKind.MainsSag);

        Assert.InRange(sag.Devices.Count, 26, 41);
        Assert.All(sag.Devices, id =>
        {
            var probe = Probe(district, id);
            Assert.InRange(probe.Read(sag.From - 1000, "voltage")!.Value, 205, 235);
            Assert.InRange(probe.Read(sag.From + 1000, "voltage")!.Value, 160, 197.9);
            Assert.InRange(probe.Read(sag.To, "voltage")!.Value, 205, 235);
        });
    }

    [Fact]
    public void A_failed_lamp_draws_next_to_nothing_while_it_is_switched_on()
    {
        var (district, faults) = Plan();
        var failure = faults.Single(fault => fault.Kind == FaultKind.LampFailure);
        var probe = Probe(district, failure.Devices[0]);

        Assert.True(probe.Read(failure.From - 1000, "power") > 50);
        var values = FirmwareProbe.Values(probe.Report(failure.From + 1000)[0]);
        Assert.Equal(100, values["dim_level"]);
        Assert.True(values["power"] < 2);
        Assert.Equal(1, values["faults"]!.Value % 2);
    }

    [Fact]
    public void A_silent_device_is_one_that_reports_often()
    {
        var (district, faults) = Plan();
        var silence = faults.Single(fault => fault.Kind == FaultKind.SilentDevice);
        var device = district.Devices.Single(device => device.Id == silence.Devices[0]);

        Assert.Null(device.Silence.At(silence.From - 1));
        Assert.Same(silence, device.Silence.At(silence.From));
        Assert.True(silence.To - silence.From > 4 * device.IntervalSeconds * 1000L);
    }

    [Fact]
    public void Nothing_goes_wrong_where_faults_are_off() =>
        Assert.Empty(new FaultPlan(Packs.Whole, new FaultOptions { Enabled = false }, Evening).Advance(Evening));
}
