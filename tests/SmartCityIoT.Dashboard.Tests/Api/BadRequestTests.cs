using System.Net;
using System.Text;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class BadRequestTests
{
    private const string A = "/api/v1/devices/70b3d57ed0001001";

    [Fact]
    public async Task A_bad_parameter_is_named()
    {
        await using var host = await StartAsync();
        foreach (var (url, name) in new[]
        {
            ("/api/v1/devices?limt=5", "limt"),
            ("/api/v1/devices?limit=0", "limit"),
            ("/api/v1/devices?limit=10001", "limit"),
            ("/api/v1/devices?limit=five", "limit"),
            ("/api/v1/devices?limit=", "limit"),
            ("/api/v1/devices?limit=1.5", "limit"),
            ("/api/v1/devices?after=%21", "after"),
            ("/api/v1/devices?after=AAAA", "after"),
            ("/api/v1/devices?state=broken", "state"),
            ("/api/v1/devices?state=Planned", "state"),
            ("/api/v1/devices?area=nowhere", "area"),
            ("/api/v1/devices?sector=gas", "sector"),
            ("/api/v1/devices/12", "id"),
            ("/api/v1/devices/70b3d57ed0001001?x=1", "x"),
            (A + "/latest?limit=1", "limit"),
            (A + "/history", "field"),
            (A + "/history?field=speed", "field"),
            (A + "/history?field=pressure&from=yesterday", "from"),
            (A + "/history?field=pressure&to=2026-13-01T00:00:00Z", "to"),
            (A + "/history?field=pressure&from=99999999999999999999", "from"),
            (A + "/history?field=pressure&from=10&to=10", "from"),
            (A + "/history?field=pressure&points=0", "points"),
            (A + "/history?field=pressure&channel=256", "channel"),
            ("/api/v1/devices/70b3d57ed0001003/history?field=lane", "field"),
            ("/api/v1/areas?kind=ward", "kind"),
            ("/api/v1/aggregates?area=24118&field=pressure", "sector"),
            ("/api/v1/aggregates?area=24118&sector=gas&field=pressure", "sector"),
            ("/api/v1/aggregates?area=24118&sector=water&field=speed", "field"),
            ("/api/v1/aggregates?area=24118&sector=water&field=pressure&interval=0", "interval"),
            ("/api/v1/aggregates?area=24118&sector=water&field=pressure&interval=1&from=0&to=100000000", "interval"),
            ("/api/v1/alerts?state=open", "state"),
            ("/api/v1/alerts?device=7", "device"),
            ("/api/v1/alerts?area=nowhere", "area"),
            ("/api/v1/alerts?sector=gas", "sector"),
            ("/api/v1/alerts?after=x", "after"),
            ("/api/v1/alerts/seven/history", "id"),
            ("/api/v1/balance?from=x", "from"),
            ("/api/v1/balance?from=20&to=10", "from"),
            ("/api/v1/balance?from=0&to=9999999999999", "from"),
            ("/api/v1/balance/devices?day=today", "day"),
            ("/api/v1/dead-letters?after=x", "after"),
            ("/api/v1/dead-letters?device=x", "device"),
            ("/api/v1/dead-letters?limit=-1", "limit"),
            ("/api/v1/stream?sector=gas", "sector"),
            ("/api/v1/stream?area=nowhere", "area"),
            ("/api/v1/stream?devices=1", "devices"),
        })
        {
            using var answer = await host.Http.GetAsync(url);
            var problem = await ProblemAsync(answer, HttpStatusCode.BadRequest);
            Assert.True(problem.TryGetProperty("errors", out var errors), url);
            Assert.Equal([name], Members(errors));
            Assert.StartsWith(name + ": ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/api/v1/devices/70b3d57ed00010ff")]
    [InlineData("/api/v1/devices/70b3d57ed00010ff/latest")]
    [InlineData("/api/v1/devices/70b3d57ed00010ff/history?field=pressure")]
    [InlineData("/api/v1/alerts/99/history")]
    [InlineData("/api/v1/gateways/nowhere")]
    [InlineData("/api/v1/unknown")]
    [InlineData("/api/v1/unknown.json")]
    [InlineData("/api/v1")]
    [InlineData("/api/unknown")]
    [InlineData("/unknown")]
    public async Task What_is_not_there_is_a_404_problem_and_never_the_page(string url)
    {
        await using var host = await StartAsync();
        using var answer = await host.Http.GetAsync(url);
        await ProblemAsync(answer, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("null", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("[]", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{\"id\":7}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{\"interval\":\"60\"}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("{\"interval\":1e99}", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("id=1", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_that_is_not_understood_is_a_problem(string body, string type, HttpStatusCode expected)
    {
        await using var host = await StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await host.Http.PostAsync("/api/v1/devices", content);
        await ProblemAsync(answer, expected);
    }
}
