using System.Text.Json;
using SmartCityIoT.Storage.Ledger;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class RegionApiTests
{
    [Fact]
    public async Task The_region_tells_its_name_zone_and_place()
    {
        await using var host = await StartAsync();
        var region = await host.GetAsync("/api/v1/region");
        Assert.Equal(("Buôn Ma Thuột", "Buon Ma Thuot"), (region.GetProperty("name").GetProperty("vi").GetString(), region.GetProperty("name").GetProperty("en").GetString()));
        Assert.Equal(("Asia/Ho_Chi_Minh", """{"latitude":12.67,"longitude":108.04}"""), (region.GetProperty("timeZone").GetString(), region.GetProperty("center").GetRawText()));
        Assert.Equal("[107.9,12.5,108.2,12.8]", region.GetProperty("bounds").GetRawText());
        Assert.Equal(["name", "timeZone", "center", "bounds"], Members(region));
    }

    [Fact]
    public async Task Areas_are_sorted_by_code_and_count_their_devices()
    {
        await using var host = await StartAsync();
        var areas = Items(await host.GetAsync("/api/v1/areas"));
        Assert.Equal(["code", "name", "kind", "parent", "validFrom", "validTo", "replacedBy", "center", "devices"], Members(areas[0]));
        Assert.Equal([(OldWard, 1), (OtherWard, 1), (NewWard, 1)], areas.Select(area => (area.GetProperty("code").GetString()!, area.GetProperty("devices").GetInt32())));
        Assert.Equal((NewWard, JsonValueKind.Null), (areas[0].GetProperty("replacedBy").GetString(), areas[0].GetProperty("center").ValueKind));
        Assert.Equal("""{"latitude":12.6865,"longitude":108.076}""", areas[2].GetProperty("center").GetRawText());
    }

    [Fact]
    public async Task Sectors_tell_how_their_days_were_decoded()
    {
        await using var host = await StartAsync();
        Assert.Empty(Items(await host.GetAsync("/api/v1/sectors/water/decodings")));
        host.Ledger.Commit(new LedgerCommit { Position = 1, Decodings = [new(86_400_000, "water", "1.0.0", 1), new(172_800_000, "water", "1.1.0", 2)] });
        Assert.Equal(
            ["""{"day":172800000,"pack":"1.1.0","decoder":2}""", """{"day":86400000,"pack":"1.0.0","decoder":1}"""],
            Items(await host.GetAsync("/api/v1/sectors/water/decodings")).Select(item => item.GetRawText()));
        using var unknown = await host.Http.GetAsync("/api/v1/sectors/fire/decodings", TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task Sectors_tell_their_fields()
    {
        await using var host = await StartAsync();
        var sectors = Items(await host.GetAsync("/api/v1/sectors"));
        Assert.Equal([("traffic", 1), ("water", 2), ("lighting", 3)], sectors.Select(sector => (sector.GetProperty("name").GetString()!, sector.GetProperty("number").GetInt32())));
        Assert.All(sectors, sector => Assert.NotEqual("", sector.GetProperty("label").GetProperty("vi").GetString()));

        var water = sectors[1].GetProperty("fields").EnumerateArray().ToArray();
        var pressure = water.Single(field => field.GetProperty("name").GetString() == "pressure");
        Assert.Superset(new HashSet<string> { "name", "unit", "label", "role", "digits", "valid", "bits" }, Members(pressure).ToHashSet());
        Assert.Equal(("kPa", "value", 1, "[-100,1600]"), (pressure.GetProperty("unit").GetString(), pressure.GetProperty("role").GetString(), pressure.GetProperty("digits").GetInt32(), pressure.GetProperty("valid").GetRawText()));
        Assert.Equal("[0,null]", water.Single(field => field.GetProperty("name").GetString() == "volume").GetProperty("valid").GetRawText());
        var status = water.Single(field => field.GetProperty("name").GetString() == "status");
        Assert.Equal(("bits", 12), (status.GetProperty("role").GetString(), status.GetProperty("bits").GetArrayLength()));
        Assert.Equal("channel", sectors[0].GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "lane").GetProperty("role").GetString());
    }
}
