using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Tests.Firmware;

namespace SmartCityIoT.FirmwareSim.Tests.Physics;

/// <summary>A day of each kind of device looks as the district's description says.</summary>
public sealed class DayOfTheDistrictTests
{
    private const int DayMilliseconds = 86_400_000;

    private static readonly string[] Counts = ["motorbike_count", "car_count", "bus_count", "truck_count", "bicycle_count"];

    private static SimulatedDevice First(string model, int skip = 0) => Packs.New().Devices.Where(device => device.Model.Code == model).Skip(skip).First();

    private static IEnumerable<long> DayOf(long midnight, int seconds)
    {
        for (var time = midnight + (seconds * 1000L); time <= midnight + DayMilliseconds; time += seconds * 1000L) yield return time;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(77)]
    public void Traffic_of_a_day_has_its_volume_its_motorbikes_and_its_peaks(int skip)
    {
        var probe = new FirmwareProbe(First("sim-traffic-counter", skip));
        var hours = new double[24];
        var motorbikes = 0.0;
        var midnight = Packs.Local(2026, 3, 4);
        foreach (var time in DayOf(midnight, 10))
        {
            var values = FirmwareProbe.Values(probe.Report(time)[0]);
            hours[(time - midnight - 1) / 3_600_000] += Counts.Sum(name => values[name]!.Value);
            motorbikes += values["motorbike_count"]!.Value;
        }

        var day = hours.Sum();
        Assert.InRange(day, 8000 * 0.85, 45_000 * 1.15);
        Assert.InRange(motorbikes / day, 0.88, 0.92);
        Assert.Equal(17, Array.IndexOf(hours, hours.Max()));
        Assert.InRange(hours[7] / day, 0.07, 0.105);
        Assert.InRange(hours[2] / day, 0.001, 0.006);
    }

    [Fact]
    public void Traffic_is_slower_the_denser_it_is()
    {
        var probe = new FirmwareProbe(First("sim-traffic-counter"));
        double Mean(int hour) => Enumerable.Range(0, 60).Select(i => probe.Read(Packs.Local(2026, 3, 4, hour) + (i * 10_000), "mean_speed")).OfType<double>().Average();
        Assert.InRange(Mean(2), 36, 42);
        Assert.True(Mean(17) < Mean(10));
    }

    [Fact]
    public void A_zone_draws_most_in_the_evening_and_its_pressure_is_lowest_then()
    {
        var meter = new FirmwareProbe(First("sim-zone-meter"));
        var logger = new FirmwareProbe(First("sim-pressure-logger"));
        double Flow(int hour) => Enumerable.Range(0, 30).Average(i => meter.Read(Packs.Local(2026, 3, 4, hour) + (i * 60_000), "flow")!.Value);
        double Pressure(int hour) => Enumerable.Range(0, 30).Average(i => logger.Read(Packs.Local(2026, 3, 4, hour) + (i * 60_000), "pressure")!.Value);

        Assert.InRange(Flow(18) / Flow(3), 4, 8);
        Assert.InRange(Pressure(18), 120, Pressure(3) - 20);
    }

    [Fact]
    public void A_meter_counts_what_flows_through_it()
    {
        var probe = new FirmwareProbe(First("sim-zone-meter"));
        double? before = null;
        var (litres, integral) = (0.0, 0.0);
        foreach (var time in DayOf(Packs.Local(2026, 3, 4), 30))
        {
            var values = FirmwareProbe.Values(probe.Report(time)[0]);
            if (before is { } start) litres += values["volume"]!.Value - start;
            if (before is not null) integral += values["flow"]!.Value * 1000 / 120;
            before = values["volume"];
        }

        Assert.Equal(1, litres / integral, 0.002);
    }

    [Fact]
    public void A_rationed_zone_has_no_pressure_by_day_and_some_by_night()
    {
        var zone = Packs.New().Parts.Zones.Single(zone => zone.Zone.IsRationed);
        var logger = new FirmwareProbe(zone.PressurePoints[0]);

        Assert.InRange(logger.Read(Packs.Local(2026, 3, 4, 2), "pressure")!.Value, 100, 400);
        for (var hour = 5; hour < 22; hour++) Assert.InRange(logger.Read(Packs.Local(2026, 3, 4, hour, 30), "pressure")!.Value, 5, 50);
    }

    [Fact]
    public void Lamps_follow_the_sun_and_the_dimming_steps()
    {
        var probe = new FirmwareProbe(First("sim-lamp-controller"));
        double Level(int hour, int minute = 0) => probe.Read(Packs.Local(2026, 6, hour < 12 ? 22 : 21, hour, minute), "dim_level")!.Value;

        // On 21 June the sun sets at 18:15 and rises at 05:23.
        Assert.Equal([0, 0, 100, 100, 70, 50, 50, 70, 70, 0], [Level(12), Level(18, 20), Level(18, 30), Level(21, 59), Level(22, 1), Level(23, 1), Level(4, 29), Level(4, 31), Level(5, 8), Level(5, 20)]);
    }

    [Fact]
    public void A_night_costs_a_lamp_what_its_dim_levels_say()
    {
        var probe = new FirmwareProbe(First("sim-lamp-controller"));
        var before = FirmwareProbe.Values(probe.Report(Packs.Local(2026, 6, 21, 12))[0]);
        var (sum, watts, power) = (0.0, 0.0, 0.0);
        for (var time = Packs.Local(2026, 6, 21, 12); time < Packs.Local(2026, 6, 22, 12); time += 60_000)
        {
            power = probe.Read(time, "power")!.Value;
            sum += power / 60;
            watts = Math.Max(watts, power);
        }

        var after = FirmwareProbe.Values(probe.Report(Packs.Local(2026, 6, 22, 12))[0]);
        Assert.Equal(sum, after["energy"]!.Value - before["energy"]!.Value, sum * 0.02);
        Assert.InRange(watts, 55, 155);
        Assert.InRange(after["burn_hours"]!.Value - before["burn_hours"]!.Value, 10.5, 11.2);
        Assert.Equal(2, after["switch_count"] - before["switch_count"]);
    }

    [Fact]
    public void Turbidity_rises_after_the_rain_of_the_season_and_not_outside_it()
    {
        var probe = new FirmwareProbe(First("sim-quality-station"));
        double Worst(int month) => Enumerable.Range(1, 20).Max(day => Enumerable.Range(13, 10).Max(hour => probe.Read(Packs.Local(2026, month, day, hour), "turbidity")!.Value));

        Assert.True(Worst(8) > Worst(2) + 0.4);
    }
}
