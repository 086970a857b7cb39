using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Credentials;
using static SmartCityIoT.Dashboard.Tests.DashboardHost;

namespace SmartCityIoT.Dashboard.Tests.Api;

public class CredentialApiTests
{
    private const string A = "/api/v1/devices/70b3d57ed0001001";

    [Fact]
    public async Task A_device_gets_another_secret_and_the_old_one_is_revoked_by_its_number()
    {
        await using var host = await StartAsync();
        using var issued = await host.PostAsync(A + "/credentials", new { });
        var given = JsonDocument.Parse(await issued.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(HttpStatusCode.Created, issued.StatusCode);
        Assert.Equal(["credential", "secret", "commandKey"], Members(given));
        var account = LogIn(host, given.GetProperty("secret").GetString()!)!;

        var credentials = (await host.GetAsync(A)).GetProperty("credentials").EnumerateArray().ToArray();
        Assert.Equal(2, credentials.Length);
        Assert.Equal(given.GetProperty("credential").GetInt64(), credentials[1].GetProperty("number").GetInt64());
        using (var revoked = await host.Http.DeleteAsync(A + "/credentials/" + credentials[0].GetProperty("number").GetInt64()))
        {
            Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        }

        Assert.True(account.StillStands);
        Assert.Equal(JsonValueKind.Number, (await host.GetAsync(A)).GetProperty("credentials")[0].GetProperty("revokedAt").ValueKind);
        using (var again = await host.Http.DeleteAsync(A + "/credentials/" + credentials[0].GetProperty("number").GetInt64()))
        {
            await ProblemAsync(again, HttpStatusCode.Conflict);
        }
    }

    [Fact]
    public async Task A_retired_device_stays_in_the_list_and_opens_nothing()
    {
        await using var host = await StartAsync();
        using var issued = await host.PostAsync(A + "/credentials", new { });
        var secret = JsonDocument.Parse(await issued.Content.ReadAsStringAsync()).RootElement.GetProperty("secret").GetString()!;

        using (var retired = await host.PostAsync(A + "/retire", new { })) Assert.Equal(HttpStatusCode.NoContent, retired.StatusCode);

        Assert.Equal("retired", (await host.GetAsync(A)).GetProperty("state").GetString());
        Assert.Null(LogIn(host, secret));
        using (var twice = await host.PostAsync(A + "/retire", new { })) await ProblemAsync(twice, HttpStatusCode.Conflict);
        using (var more = await host.PostAsync(A + "/credentials", new { })) await ProblemAsync(more, HttpStatusCode.Conflict);
        using (var unknown = await host.PostAsync("/api/v1/devices/70b3d57ed00010ff/retire", new { })) await ProblemAsync(unknown, HttpStatusCode.NotFound);
    }

    private static Account? LogIn(DashboardHost host, string secret) =>
        host.App.Services.GetRequiredService<CredentialVerifier>().LogIn("70b3d57ed0001001"u8, Encoding.UTF8.GetBytes(secret));
}
