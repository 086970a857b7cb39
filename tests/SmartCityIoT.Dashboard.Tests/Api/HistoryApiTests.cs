using System.Net;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class HistoryApiTests
{
    [Theory]
    [InlineData(null, 310.0, 400.0)]
    [InlineData("mean", 310.0, 400.0)]
    [InlineData("min", 300.0, 400.0)]
    [InlineData("max", 320.0, 400.0)]
    [InlineData("sum", 620.0, 400.0)]
    [InlineData("p0", 300.0, 400.0)]
    [InlineData("p99.9", 320.0, 400.0)]
    public async Task A_figure_is_taken_over_the_devices_of_an_area_former_units_included(string? aggregate, double first, double second)
    {
        await using var host = await StartAsync();
        var start = host.Now / 300_000 * 300_000 - 600_000;
        await host.StoreAsync(WaterA, (start, 3000), (start + 60_000, 3200), (start + 300_000, 4000));
        await host.StoreAsync(WaterB, (start, 9000));

        var asked = aggregate is null ? "" : "&aggregate=" + aggregate;
        var answer = await host.GetAsync($"/api/v1/aggregates?area={NewWard}&sector=water&field=pressure&from={start}&to={start + 600_000}&interval=300{asked}");

        Assert.Equal(["field", "unit", "aggregate", "interval", "devices", "points"], Members(answer));
        Assert.Equal((aggregate ?? "mean", 300_000, 1), (answer.GetProperty("aggregate").GetString(), answer.GetProperty("interval").GetInt64(), answer.GetProperty("devices").GetInt32()));
        Assert.Equal(
            [(start, first, 2L), (start + 300_000, second, 1L)],
            answer.GetProperty("points").EnumerateArray().Select(point => (point.GetProperty("time").GetInt64(), Math.Round(point.GetProperty("value").GetDouble(), 6), point.GetProperty("count").GetInt64())));
    }

    [Theory]
    [InlineData("", 2, 1)]
    [InlineData("&site=W-2", 1, 1)]
    [InlineData("&q=tan+lap", 1, 1)]
    [InlineData("&q=no+such", 0, 0)]
    [InlineData("&site=W-3", 0, 0)]
    public async Task A_figure_is_taken_over_a_sector_a_site_or_a_search(string which, int devices, int points)
    {
        await using var host = await StartAsync();
        var start = host.Now - 600_000;
        await host.StoreAsync(WaterA, (start, 3000));
        await host.StoreAsync(WaterB, (start, 9000));
        var answer = await host.GetAsync($"/api/v1/aggregates?sector=water&field=pressure&interval=86400{which}");
        Assert.Equal((devices, points), (answer.GetProperty("devices").GetInt32(), answer.GetProperty("points").GetArrayLength()));
    }

    [Fact]
    public async Task Several_series_come_side_by_side_of_devices_or_of_a_site()
    {
        await using var host = await StartAsync();
        var start = host.Now - 600_000;
        await host.StoreAsync(WaterA, (start, 3000), (start + 1000, 3100));
        await host.StoreAsync(WaterB, (start, 9000));

        var devices = Items(await host.GetAsync($"/api/v1/series?sector=water&field=pressure,flow&device={WaterA:x16},{WaterB:x16}"));
        Assert.Equal(["device", "channel", "field", "unit", "interval", "points"], Members(devices[0]));
        Assert.Equal(
            [(Text(WaterA), "pressure", 2), (Text(WaterA), "flow", 0), (Text(WaterB), "pressure", 1), (Text(WaterB), "flow", 0)],
            devices.Select(series => (series.GetProperty("device").GetString()!, series.GetProperty("field").GetString()!, series.GetProperty("points").GetArrayLength())));

        var site = Assert.Single(Items(await host.GetAsync("/api/v1/series?sector=water&field=pressure&site=W-2")));
        Assert.Equal(Text(WaterB), site.GetProperty("device").GetString());
        Assert.Equal(900, site.GetProperty("points")[0].GetProperty("mean").GetDouble());
    }

    [Theory]
    [InlineData("aggregates?sector=water&field=pressure&aggregate=median", "\"median\" is none of mean, min, max, sum, or a percentile from p0 to p100.")]
    [InlineData("aggregates?sector=water&field=pressure&aggregate=p101", "\"p101\" is none of")]
    [InlineData("aggregates?sector=water&field=pressure&area=nowhere", "there is no area")]
    [InlineData("aggregates?field=pressure", "is none of")]
    [InlineData("aggregates?sector=water&field=pressure&interval=1&from=0", "more than 10000 intervals")]
    [InlineData("series?sector=water&field=pressure", "name the devices, or the site")]
    [InlineData("series?sector=water&field=pressure&site=W-1&device=70b3d57ed0001001", "and not both")]
    [InlineData("series?sector=traffic&field=mean_speed&device=70b3d57ed0001001", "is of the sector water")]
    [InlineData("series?sector=water&field=nothing&site=W-1", "is no field of water")]
    [InlineData("series?sector=water&site=W-1", "is no field of water")]
    public async Task What_cannot_be_answered_is_said_in_one_line(string question, string line)
    {
        await using var host = await StartAsync();
        using var answer = await host.Http.GetAsync("/api/v1/" + question, TestContext.Current.CancellationToken);
        Assert.Contains(line, (await ProblemAsync(answer, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_series_are_refused_before_the_store_is_asked()
    {
        await using var host = await StartAsync();
        var fields = string.Join(',', Enumerable.Repeat("pressure", 25));
        using var answer = await host.Http.GetAsync($"/api/v1/series?sector=water&field={fields}&site=W-1", TestContext.Current.CancellationToken);
        Assert.Contains("more than 24 series", (await ProblemAsync(answer, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }
}
