using System.Net;
using System.Text;
using System.Text.Json;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class AlertApiTests
{
    [Fact]
    public async Task An_alert_is_raised_acknowledged_and_cleared_with_its_history()
    {
        await using var host = await StartAsync();
        var at = host.Now - 600_000;
        host.Raise(WaterA, at);

        var alert = Assert.Single(Items(await host.GetAsync("/api/v1/alerts")));
        Assert.Equal(
            ["id", "device", "deviceName", "channel", "rule", "ruleLabel", "severity", "state", "field", "value", "threshold", "unit", "raisedAt",
                "acknowledgedAt", "acknowledgedBy", "clearedAt", "area", "sector", "detail"],
            Members(alert));
        Assert.Equal(("water-pressure-low", "warning", "raised", "Low water pressure"), (Text("rule"), Text("severity"), Text("state"), alert.GetProperty("ruleLabel").GetProperty("en").GetString()));
        Assert.Equal((50.0, 100.0, at), (alert.GetProperty("value").GetDouble(), alert.GetProperty("threshold").GetDouble(), alert.GetProperty("raisedAt").GetInt64()));
        Assert.Equal(1, (await host.GetAsync("/api/v1/devices/70b3d57ed0001001")).GetProperty("alerts").GetInt32());
        var id = Text("id");

        using (var acknowledged = await host.PostAsync($"/api/v1/alerts/{id}/acknowledge", new { note = "đang xử lý" }))
        {
            Assert.Equal(HttpStatusCode.OK, acknowledged.StatusCode);
            var body = JsonDocument.Parse(await acknowledged.Content.ReadAsStringAsync()).RootElement;
            Assert.Equal(("acknowledged", "local"), (body.GetProperty("state").GetString(), body.GetProperty("acknowledgedBy").GetString()));
        }

        host.Clear(WaterA, at + 500_000);
        Assert.Empty(Items(await host.GetAsync("/api/v1/alerts")));
        Assert.Equal("cleared", Assert.Single(Items(await host.GetAsync("/api/v1/alerts?state=cleared"))).GetProperty("state").GetString());
        var steps = Items(await host.GetAsync($"/api/v1/alerts/{id}/history"));
        Assert.Equal(["raised", "acknowledged", "cleared"], steps.Select(step => step.GetProperty("state").GetString()));
        Assert.Equal(["at", "state", "actor", "note", "value"], Members(steps[1]));
        Assert.Equal(("local", "đang xử lý"), (steps[1].GetProperty("actor").GetString(), steps[1].GetProperty("note").GetString()));

        using var tooLate = await host.PostAsync($"/api/v1/alerts/{id}/acknowledge", new { });
        await ProblemAsync(tooLate, HttpStatusCode.Conflict);

        string? Text(string member) => alert.GetProperty(member).GetString();
    }

    [Fact]
    public async Task An_acknowledgement_needs_no_body_and_refuses_a_bad_one()
    {
        await using var host = await StartAsync();
        host.Raise(WaterA, host.Now);
        var id = Assert.Single(Items(await host.GetAsync("/api/v1/alerts"))).GetProperty("id").GetString();
        var url = $"/api/v1/alerts/{id}/acknowledge";

        using (var tooLong = await host.PostAsync(url, new { note = new string('a', 1001) }))
        {
            Assert.Equal(["note"], Members((await ProblemAsync(tooLong, HttpStatusCode.BadRequest)).GetProperty("errors")));
        }

        using (var malformed = await host.Http.PostAsync(url, new StringContent("{", Encoding.UTF8, "application/json")))
        {
            await ProblemAsync(malformed, HttpStatusCode.BadRequest);
        }

        Assert.Equal("raised", Assert.Single(Items(await host.GetAsync("/api/v1/alerts"))).GetProperty("state").GetString());
        using (var bare = await host.Http.PostAsync(url, null)) Assert.Equal(HttpStatusCode.OK, bare.StatusCode);
        using (var again = await host.PostAsync(url, new { note = "again" })) Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using (var unknown = await host.PostAsync("/api/v1/alerts/99/acknowledge", new { })) await ProblemAsync(unknown, HttpStatusCode.NotFound);
        using (var wrong = await host.PostAsync("/api/v1/alerts/x/acknowledge", new { }))
        {
            Assert.Equal(["id"], Members((await ProblemAsync(wrong, HttpStatusCode.BadRequest)).GetProperty("errors")));
        }
    }

    [Fact]
    public async Task Alerts_are_paged_and_filtered_newest_first()
    {
        await using var host = await StartAsync();
        var at = host.Now - 86_400_000;
        for (var i = 0; i < 3; i++)
        {
            host.Raise(WaterA, at + i * 3_600_000);
            host.Clear(WaterA, at + i * 3_600_000 + 1_800_000);
        }

        host.Raise(WaterB, at + 10_000_000);
        var all = Items(await host.GetAsync("/api/v1/alerts?state=all")).Select(Id).ToArray();
        Assert.Equal(4, all.Length);
        Assert.Equal(all.OrderDescending(), all);
        for (var limit = 1; limit <= 5; limit++)
        {
            var seen = new List<long>();
            string? next = null;
            do
            {
                var page = await host.GetAsync($"/api/v1/alerts?state=all&limit={limit}" + (next is null ? "" : "&after=" + next));
                seen.AddRange(Items(page).Select(Id));
                Assert.InRange(seen.Count, 1, all.Length);
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            Assert.Equal(all, seen);
        }

        foreach (var (query, expected) in new[]
        {
            ("", 1), ("?state=cleared", 3), ("?state=all&device=70b3d57ed0001001", 3), ("?state=all&area=24118", 3), ("?state=all&area=local-tan-lap", 3),
            ("?area=local-ea-kao", 1), ("?state=all&sector=water", 4), ("?state=all&sector=traffic", 0),
        })
        {
            Assert.Equal(expected, Items(await host.GetAsync("/api/v1/alerts" + query)).Length);
        }

        static long Id(JsonElement alert) => long.Parse(alert.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }
}
