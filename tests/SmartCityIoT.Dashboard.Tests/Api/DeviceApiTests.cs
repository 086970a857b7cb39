using System.Net;
using System.Text.Json;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class DeviceApiTests
{
    [Fact]
    public async Task A_device_has_the_shape_that_the_page_reads()
    {
        await using var host = await StartAsync();
        var at = host.Now;
        host.Show(WaterA, 3001, at);
        host.Live.SetConnected(WaterA, true);

        var device = Items(await host.GetAsync("/api/v1/devices"))[0];

        Assert.Equal(["id", "name", "sector", "model", "state", "area", "site", "interval", "connected", "lastSeen", "alerts", "channels"], Members(device));
        Assert.Equal("70b3d57ed0001001", device.GetProperty("id").GetString());
        Assert.Equal(("Đồng hồ Tân Lập", "water", "WM-20", "inService"), (Text("name"), Text("sector"), Text("model"), Text("state")));
        Assert.Equal((60, true, 0), (device.GetProperty("interval").GetInt32(), device.GetProperty("connected").GetBoolean(), device.GetProperty("alerts").GetInt32()));
        var site = device.GetProperty("site");
        Assert.Equal(["code", "name", "latitude", "longitude", "simulated"], Members(site));
        Assert.True(site.GetProperty("simulated").GetBoolean());
        var channel = Assert.Single(device.GetProperty("channels").EnumerateArray());
        Assert.Equal($$$"""{"channel":0,"time":{{{at}}},"quality":32,"flags":4,"values":{"pressure":300.1}}""", channel.GetRawText());

        string? Text(string member) => device.GetProperty(member).GetString();
    }

    [Fact]
    public async Task A_device_that_said_nothing_has_nulls()
    {
        await using var host = await StartAsync();
        var device = await host.GetAsync("/api/v1/devices/70b3d57ed0001003");

        Assert.Equal("planned", device.GetProperty("state").GetString());
        Assert.All(["connected", "lastSeen", "site"], member => Assert.Equal(JsonValueKind.Null, device.GetProperty(member).ValueKind));
        Assert.Equal("""[]""", device.GetProperty("channels").GetRawText());
        Assert.Equal(
            new[] { "id", "name", "sector", "model", "state", "area", "site", "interval", "connected", "lastSeen", "alerts", "channels", "createdAt", "placements", "link", "credentials" }.Order(StringComparer.Ordinal),
            Members(device).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_limit_pages_through_all_devices_once_and_in_order()
    {
        await using var host = await StartAsync();
        for (ulong i = 1; i <= 9; i++)
        {
            await host.Registry.AddAsync(new(0x70b3d57ed0002000 + i, $"L{i}", "lighting") { IntervalSeconds = 60 }, "test", CancellationToken.None);
        }

        var all = Items(await host.GetAsync("/api/v1/devices")).Select(Id).ToArray();
        Assert.Equal(12, all.Length);
        Assert.Equal(all.Order(StringComparer.Ordinal), all);
        for (var limit = 1; limit <= 13; limit++)
        {
            var seen = new List<string?>();
            string? next = null;
            do
            {
                var page = await host.GetAsync($"/api/v1/devices?limit={limit}" + (next is null ? "" : "&after=" + next));
                Assert.InRange(Items(page).Length, 1, limit);
                seen.AddRange(Items(page).Select(Id));
                Assert.InRange(seen.Count, 1, all.Length);
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            Assert.Equal(all, seen);
        }

        static string? Id(JsonElement device) => device.GetProperty("id").GetString();
    }

    [Theory]
    [InlineData("area=24118", 1)]
    [InlineData("area=local-tan-lap", 1)]
    [InlineData("area=local-ea-kao", 2)]
    [InlineData("sector=water", 1, 2)]
    [InlineData("sector=lighting")]
    [InlineData("state=planned", 3)]
    [InlineData("state=inService", 1, 2)]
    [InlineData("state=retired")]
    [InlineData("q=dong%20ho", 1, 2)]
    [InlineData("q=%C4%91%E1%BB%93ng%20ea", 2)]
    [InlineData("q=1003", 3)]
    [InlineData("q=w-2", 2)]
    [InlineData("sector=water&area=local-ea-kao&q=kao&state=inService", 2)]
    public async Task Filters_narrow_the_list(string query, params int[] expected)
    {
        await using var host = await StartAsync();
        var found = Items(await host.GetAsync("/api/v1/devices?" + query)).Select(device => device.GetProperty("id").GetString()![^1] - '0');
        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task A_new_device_shows_its_secret_once_and_is_there_at_once()
    {
        await using var host = await StartAsync();
        using var created = await host.PostAsync("/api/v1/devices", new
        {
            id = "70B3D57ED0009001",
            name = "Van xả",
            sector = "water",
            model = "WM-40",
            site = new { code = "W-9", name = "Trạm 9", latitude = 12.6, longitude = 108.1, area = OtherWard },
            interval = 120,
        });
        var body = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((HttpStatusCode.Created, "/api/v1/devices/70b3d57ed0009001"), (created.StatusCode, created.Headers.Location?.ToString()));
        Assert.Equal(43, body.GetProperty("secret").GetString()!.Length);
        Assert.Equal((120, "W-9"), (body.GetProperty("interval").GetInt32(), body.GetProperty("site").GetProperty("code").GetString()));

        var at = host.Now - 1000;
        host.Show(0x70b3d57ed0009001, 2500, at);
        await host.StoreAsync(0x70b3d57ed0009001, (at - 60_000, 2400), (at, 2500));

        Assert.Contains(Items(await host.GetAsync("/api/v1/devices")), device => device.GetProperty("name").GetString() == "Van xả");
        var detail = await host.GetAsync("/api/v1/devices/70b3d57ed0009001");
        Assert.False(detail.TryGetProperty("secret", out _));
        var placement = Assert.Single(detail.GetProperty("placements").EnumerateArray());
        Assert.Equal(["site", "area", "from", "to"], Members(placement));
        Assert.Equal(["frames", "duplicates", "gaps", "reordered", "deadLetters", "lateReadings", "skewMs", "boot", "seq", "firmware"], Members(detail.GetProperty("link")));
        Assert.Equal((1, -20), (detail.GetProperty("link").GetProperty("frames").GetInt32(), detail.GetProperty("link").GetProperty("skewMs").GetInt32()));

        var latest = Assert.Single(Items(await host.GetAsync("/api/v1/devices/70b3d57ed0009001/latest")));
        Assert.Equal("""{"pressure":250}""", latest.GetProperty("values").GetRawText());

        var history = await host.GetAsync("/api/v1/devices/70b3d57ed0009001/history?field=pressure");
        Assert.Equal(("pressure", "kPa", 0), (history.GetProperty("field").GetString(), history.GetProperty("unit").GetString(), history.GetProperty("interval").GetInt64()));
        Assert.Equal(
            $$"""[{"time":{{at - 60_000}},"min":240,"mean":240,"max":240,"count":1,"quality":32},{"time":{{at}},"min":250,"mean":250,"max":250,"count":1,"quality":32}]""",
            history.GetProperty("points").GetRawText());
    }

    [Fact]
    public async Task More_values_than_points_come_as_buckets_that_keep_the_spikes()
    {
        await using var host = await StartAsync();
        var start = (host.Now - 7_200_000) / 3_600_000 * 3_600_000;
        await host.StoreAsync(WaterA, [.. Enumerable.Range(0, 600).Select(i => (start + i * 6_000L, i == 300 ? 9_999L : 3_000L))]);

        var history = await host.GetAsync($"/api/v1/devices/70b3d57ed0001001/history?field=pressure&from={start}&to={start + 3_600_000}&points=50");
        var points = history.GetProperty("points").EnumerateArray().ToArray();

        Assert.True(history.GetProperty("interval").GetInt64() > 0);
        Assert.InRange(points.Length, 2, 50);
        Assert.Equal(600, points.Sum(point => point.GetProperty("count").GetInt64()));
        Assert.Equal(999.9, points.Max(point => point.GetProperty("max").GetDouble()));

        var iso = await host.GetAsync("/api/v1/devices/70b3d57ed0001001/history?field=pressure&from="
            + Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(start).ToOffset(TimeSpan.FromHours(7)).ToString("O"))
            + "&to=" + (start + 60_000));
        Assert.Equal(10, iso.GetProperty("points").GetArrayLength());
    }

    [Fact]
    public async Task What_contradicts_the_registry_is_a_409_and_what_is_wrong_a_400_that_names_the_member()
    {
        await using var host = await StartAsync();
        using (var twice = await host.PostAsync("/api/v1/devices", new { id = Text(WaterA), name = "x", sector = "water" }))
        {
            Assert.Contains("provisioned already", (await ProblemAsync(twice, HttpStatusCode.Conflict)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        foreach (var (member, body) in new (string, object)[]
        {
            ("id", new { name = "x", sector = "water" }),
            ("id", new { id = "12", name = "x", sector = "water" }),
            ("id", new { id = "0000000000000000", name = "x", sector = "water" }),
            ("name", new { id = "70b3d57ed0009001", sector = "water" }),
            ("sector", new { id = "70b3d57ed0009001", name = "x", sector = "gas" }),
            ("interval", new { id = "70b3d57ed0009001", name = "x", sector = "water", interval = 0 }),
            ("site.code", new { id = "70b3d57ed0009001", name = "x", sector = "water", site = new { latitude = 1, longitude = 1 } }),
            ("site.latitude", new { id = "70b3d57ed0009001", name = "x", sector = "water", site = new { code = "a", latitude = 91, longitude = 1 } }),
        })
        {
            using var answer = await host.PostAsync("/api/v1/devices", body);
            var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest);
            Assert.Equal([member], Members(problem.GetProperty("errors")));
        }

        Assert.Equal(3, Items(await host.GetAsync("/api/v1/devices")).Length);
    }

    [Fact]
    public async Task Devices_that_showed_themselves_are_listed()
    {
        await using var host = await StartAsync();
        host.Registry.Seen(0x70b3d57ed00010ff, Devices.Seen.SeenVia.Dial, "sc/v1/ff/70b3d57ed00010ff/up"u8);
        var seen = Assert.Single(Items(await host.GetAsync("/api/v1/seen")));
        Assert.Equal(["id", "firstSeen", "lastSeen", "count", "via", "topic"], Members(seen));
        Assert.Equal(("70b3d57ed00010ff", "dial"), (seen.GetProperty("id").GetString(), seen.GetProperty("via").GetString()));
    }
}
