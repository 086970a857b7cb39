using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Tests.Districts;

public sealed class DistrictTests
{
    [Fact]
    public void The_district_has_the_two_thousand_devices_of_its_description()
    {
        var counts = Packs.Whole.Devices.CountBy(device => device.Model.Code).ToDictionary();

        Assert.Equal(2000, Packs.Whole.Devices.Count);
        Assert.Equal(1300, counts["sim-lamp-controller"]);
        Assert.Equal(40, counts["sim-lighting-cabinet"]);
        Assert.Equal(300, counts["sim-zone-meter"] + counts["sim-customer-meter"]);
        Assert.Equal(70, counts["sim-pressure-logger"]);
        Assert.Equal(30, counts["sim-quality-station"]);
        Assert.Equal(20, counts["sim-level-gauge"]);
        Assert.Equal(240, counts["sim-traffic-counter"]);
        Assert.All(Packs.Whole.Parts.Strings, cabinet => Assert.InRange(cabinet.Lamps.Count, 25, 40));
    }

    [Fact]
    public void Every_device_has_an_id_of_its_own_that_no_maker_has()
    {
        Assert.Equal(2000, Packs.Whole.Devices.Select(device => device.Id).Distinct().Count());
        Assert.Equal(Packs.Whole.Devices.OrderBy(device => device.Id), Packs.Whole.Devices);

        // The second bit of the first byte marks a locally administered EUI-64, the first bit a group.
        Assert.All(Packs.Whole.Devices, device => Assert.Equal(0b10UL, (device.Id >> 56) & 0b11));
    }

    [Fact]
    public void Every_device_has_a_name_a_site_of_its_own_in_the_region_and_an_area_of_today()
    {
        var bounds = Packs.Region.Bounds;
        Assert.Equal(2000, Packs.Whole.Devices.Select(device => device.Site.Code).Distinct().Count());
        Assert.Equal(2000, Packs.Whole.Devices.Select(device => device.Name).Distinct().Count());
        Assert.All(Packs.Whole.Devices, device =>
        {
            Assert.DoesNotContain('{', device.Name);
            Assert.InRange(device.Site.Longitude, bounds[0], bounds[2]);
            Assert.InRange(device.Site.Latitude, bounds[1], bounds[3]);
            Assert.Null(Packs.Region.FindArea(device.AreaCode)!.ValidTo);
        });
    }

    [Fact]
    public void Lamps_of_a_string_stand_some_thirty_metres_apart()
    {
        var lamps = Packs.Whole.Parts.Strings[0].Lamps;
        for (var i = 2; i < lamps.Count; i++) Assert.InRange(Meters(lamps[i - 2].Device.Site, lamps[i].Device.Site), 2 * 29.5, 2 * 35.5);
    }

    [Fact]
    public void A_small_district_has_every_sector()
    {
        var district = Packs.New(devices: 50);

        Assert.Equal(50, district.Devices.Count);
        Assert.Equal(["lighting", "traffic", "water"], district.Devices.Select(device => device.Sector).Distinct().Order());
    }

    [Fact]
    public void The_seed_decides_where_things_stand()
    {
        Assert.Equal(Packs.New(seed: 7).Devices.Select(device => device.Site), Packs.New(seed: 7).Devices.Select(device => device.Site));
        Assert.NotEqual(Packs.New(seed: 7).Devices.Select(device => device.Site), Packs.New(seed: 8).Devices.Select(device => device.Site));
    }

    [Fact]
    public void Intervals_scale()
    {
        Assert.Equal([10, 30, 60], Packs.Whole.Models.Select(model => model.IntervalSeconds).Distinct().Order());
        Assert.Equal([1, 3, 6], Packs.New(intervalScale: 0.1).Models.Select(model => model.IntervalSeconds).Distinct().Order());
    }

    private static double Meters(SimulatedSite one, SimulatedSite other)
    {
        var north = (one.Latitude - other.Latitude) * 111_320;
        var east = (one.Longitude - other.Longitude) * 111_320 * Math.Cos(one.Latitude * Math.PI / 180);
        return Math.Sqrt((north * north) + (east * east));
    }
}
