using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Credentials;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class GatewayApiTests
{
    private const string A = "70b3d57ed0001001";
    private const string B = "70b3d57ed0001002";

    [Fact]
    public async Task A_new_gateway_shows_its_secret_once_and_speaks_for_its_devices()
    {
        await using var host = await StartAsync();
        using var created = await host.PostAsync("/api/v1/gateways", new { name = "tower-3", text = "Tháp 3", devices = new[] { B, A } });
        var body = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal((HttpStatusCode.Created, "/api/v1/gateways/tower-3"), (created.StatusCode, created.Headers.Location?.ToString()));
        Assert.Equal(["credential", "secret", "name", "text", "deviceCount", "createdAt", "retiredAt"], Members(body));
        var secret = body.GetProperty("secret").GetString()!;
        var account = LogIn(host, "tower-3", secret)!;
        Assert.True(account.MayActFor(WaterA) && account.MayActFor(WaterB) && !account.MayActFor(Counter));

        var listed = Assert.Single(Items(await host.GetAsync("/api/v1/gateways")));
        Assert.Equal(["name", "text", "deviceCount", "createdAt", "retiredAt"], Members(listed));
        Assert.Equal(("tower-3", "Tháp 3", 2), (listed.GetProperty("name").GetString(), listed.GetProperty("text").GetString(), listed.GetProperty("deviceCount").GetInt32()));
        var detail = await host.GetAsync("/api/v1/gateways/tower-3");
        Assert.Equal($"""["{A}","{B}"]""", detail.GetProperty("devices").GetRawText());
        Assert.Equal(["number", "createdAt", "revokedAt"], Members(Assert.Single(detail.GetProperty("credentials").EnumerateArray())));
        Assert.DoesNotContain(secret, detail.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_list_is_set_added_to_and_taken_from()
    {
        await using var host = await StartAsync();
        (await host.PostAsync("/api/v1/gateways", new { name = "tower-3" })).Dispose();

        using (var set = await host.Http.PutAsJsonAsync("/api/v1/gateways/tower-3/devices", new { devices = new[] { A } }))
        {
            Assert.Equal(HttpStatusCode.OK, set.StatusCode);
        }

        Assert.Equal($"""["{A}"]""", await ListAsync());
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Put, "/devices/" + B));
        Assert.Equal($"""["{A}","{B}"]""", await ListAsync());
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync(HttpMethod.Delete, "/devices/" + A));
        Assert.Equal($"""["{B}"]""", await ListAsync());
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Delete, "/devices/" + A));
        Assert.Equal(HttpStatusCode.BadRequest, await StatusAsync(HttpMethod.Put, "/devices/70b3d57ed00010ff"));

        async Task<string> ListAsync() => (await host.GetAsync("/api/v1/gateways/tower-3")).GetProperty("devices").GetRawText();

        async Task<HttpStatusCode> StatusAsync(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, "/api/v1/gateways/tower-3" + path);
            using var answer = await host.Http.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Secrets_are_given_and_revoked_and_a_retired_gateway_opens_nothing()
    {
        await using var host = await StartAsync();
        using var created = await host.PostAsync("/api/v1/gateways", new { name = "tower-3" });
        var first = JsonDocument.Parse(await created.Content.ReadAsStringAsync()).RootElement;
        using var issued = await host.PostAsync("/api/v1/gateways/tower-3/credentials", new { });
        var second = JsonDocument.Parse(await issued.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((HttpStatusCode.Created, "/api/v1/gateways/tower-3/credentials/2"), (issued.StatusCode, issued.Headers.Location?.ToString()));
        Assert.Equal(["credential", "secret"], Members(second));

        using (var revoked = await host.Http.DeleteAsync("/api/v1/gateways/tower-3/credentials/" + first.GetProperty("credential").GetInt64()))
        {
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        }

        Assert.Null(LogIn(host, "tower-3", first.GetProperty("secret").GetString()!));
        var account = LogIn(host, "tower-3", second.GetProperty("secret").GetString()!)!;
        using (var again = await host.Http.DeleteAsync("/api/v1/gateways/tower-3/credentials/1")) await ProblemAsync(again, HttpStatusCode.Conflict);
        using (var unknown = await host.Http.DeleteAsync("/api/v1/gateways/tower-3/credentials/9")) await ProblemAsync(unknown, HttpStatusCode.BadRequest);

        using (var retired = await host.PostAsync("/api/v1/gateways/tower-3/retire", new { })) Assert.Equal(HttpStatusCode.NoContent, retired.StatusCode);
        Assert.False(account.StillStands);
        Assert.NotEqual(JsonValueKind.Null, Items(await host.GetAsync("/api/v1/gateways"))[0].GetProperty("retiredAt").ValueKind);
        using (var twice = await host.PostAsync("/api/v1/gateways/tower-3/retire", new { })) await ProblemAsync(twice, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Every_limit_pages_through_all_gateways_once_and_in_order()
    {
        await using var host = await StartAsync();
        string[] names = ["a", "a-1", "b", "b2", "z"];
        foreach (var name in names.Reverse()) (await host.PostAsync("/api/v1/gateways", new { name })).Dispose();

        for (var limit = 1; limit <= 6; limit++)
        {
            var seen = new List<string?>();
            string? next = null;
            do
            {
                var page = await host.GetAsync($"/api/v1/gateways?limit={limit}" + (next is null ? "" : "&after=" + next));
                seen.AddRange(Items(page).Select(gateway => gateway.GetProperty("name").GetString()));
                Assert.InRange(seen.Count, 1, names.Length);
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            Assert.Equal(names, seen);
        }
    }

    [Fact]
    public async Task What_is_wrong_names_the_member_and_what_is_not_there_is_a_404()
    {
        await using var host = await StartAsync();
        foreach (var (member, body) in new (string, object)[]
        {
            ("name", new { text = "x" }),
            ("name", new { name = "Tower" }),
            ("name", new { name = A }),
            ("devices", new { name = "x", devices = new[] { "12" } }),
            ("devices", new { name = "x", devices = new[] { "70b3d57ed00010ff" } }),
        })
        {
            using var answer = await host.PostAsync("/api/v1/gateways", body);
            Assert.Equal([member], Members((await ProblemAsync(answer, HttpStatusCode.BadRequest)).GetProperty("errors")));
        }

        Assert.Empty(Items(await host.GetAsync("/api/v1/gateways")));
        using (var missing = await host.Http.PutAsJsonAsync("/api/v1/gateways/x/devices", new { })) await ProblemAsync(missing, HttpStatusCode.BadRequest);
        using (var number = await host.Http.DeleteAsync("/api/v1/gateways/x/credentials/one")) await ProblemAsync(number, HttpStatusCode.BadRequest);
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, ""), (HttpMethod.Put, "/devices/" + A), (HttpMethod.Delete, "/devices/" + A), (HttpMethod.Post, "/credentials"),
            (HttpMethod.Delete, "/credentials/1"), (HttpMethod.Post, "/retire"),
        })
        {
            using var request = new HttpRequestMessage(method, "/api/v1/gateways/nowhere" + path);
            using var answer = await host.Http.SendAsync(request);
            await ProblemAsync(answer, HttpStatusCode.NotFound);
        }
    }

    private static Account? LogIn(DashboardHost host, string name, string secret) =>
        host.App.Services.GetRequiredService<CredentialVerifier>().LogIn(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(secret));
}
