using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Credentials;

namespace SmartCityIoT.Server.Tests.Devices;

public sealed class GatewayCommandsTests : IDisposable
{
    private const string Id = RegistryCommandLine.Id;
    private readonly RegistryCommandLine line = new();

    [Fact]
    public async Task An_added_gateway_logs_in_with_the_secret_that_was_printed_and_speaks_for_its_devices()
    {
        await line.AddDeviceAsync();
        var output = await line.OutputAsync("gateway", "add", "tower-3", "--text", "Tháp 3", "--devices", Id);

        Assert.Contains("MQTT user name: tower-3", output, StringComparison.Ordinal);
        var secret = output.Split('\n').Single(each => each.StartsWith("MQTT password:", StringComparison.Ordinal))["MQTT password:".Length..].Trim();
        await using var rooms = await line.OpenRoomsAsync();
        var account = rooms.GetRequiredService<CredentialVerifier>().LogIn("tower-3"u8, Encoding.ASCII.GetBytes(secret))!;
        Assert.True(account.MayActFor(RegistryCommandLine.Device));
    }

    [Fact]
    public async Task Gateways_are_listed_as_a_table_and_as_json()
    {
        await line.AddDeviceAsync();
        await line.OutputAsync("gateway", "add", "tower-3", "--text", "Tháp \"3\"", "--devices", Id);
        await line.OutputAsync("gateway", "add", "attic");
        await line.OutputAsync("gateway", "retire", "attic");

        Assert.Equal(
            """
            NAME     STATE    DEVICES  TEXT
            attic    retired  0        attic
            tower-3  inUse    1        Tháp "3"

            """,
            await line.OutputAsync("gateway", "list"),
            ignoreLineEndingDifferences: true);
        var last = JsonDocument.Parse((await line.OutputAsync("gateway", "list", "--json")).TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(("tower-3", "Tháp \"3\"", 1), (last.GetProperty("name").GetString(), last.GetProperty("text").GetString(), last.GetProperty("deviceCount").GetInt32()));
    }

    [Fact]
    public async Task Its_devices_are_set_added_removed_and_printed()
    {
        string[] ids = [Id, "70b3d57ed0001003", "70b3d57ed0001004"];
        foreach (var id in ids) await line.AddDeviceAsync(id);
        await line.OutputAsync("gateway", "add", "tower-3", "--devices", ids[0]);

        Assert.Equal([ids[1], ids[2]], Lines(await line.OutputAsync("gateway", "devices", "tower-3", "--set", ids[2] + "," + ids[1])));
        Assert.Equal([ids[0], ids[1], ids[2]], Lines(await line.OutputAsync("gateway", "devices", "tower-3", "--add", ids[0])));
        Assert.Equal([ids[2]], Lines(await line.OutputAsync("gateway", "devices", "tower-3", "--remove", ids[0] + ", " + ids[1])));
        Assert.Equal([ids[2]], Lines(await line.OutputAsync("gateway", "devices", "tower-3")));
        Assert.Empty(Lines(await line.OutputAsync("gateway", "devices", "tower-3", "--set", "")));

        static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    [Fact]
    public async Task A_secret_is_given_and_revoked_by_its_number()
    {
        await line.OutputAsync("gateway", "add", "tower-3");
        var given = JsonDocument.Parse(await line.OutputAsync("gateway", "secret", "tower-3", "--json")).RootElement;
        Assert.Equal(2, given.GetProperty("credential").GetInt64());
        await line.OutputAsync("gateway", "revoke", "tower-3", "1");

        var credentials = (await line.OutputAsync("gateway", "credentials", "tower-3")).TrimEnd().Split('\n');
        Assert.Contains("revoked", credentials[0], StringComparison.Ordinal);
        Assert.EndsWith("good", credentials[1].TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smartcity: gateway 'nowhere' is not registered", "gateway", "secret", "nowhere")]
    [InlineData("smartcity: gateway 'nowhere' is not registered", "gateway", "credentials", "nowhere")]
    [InlineData("smartcity: gateway 'nowhere' is not registered", "gateway", "devices", "nowhere")]
    [InlineData("smartcity: gateway 'nowhere' is not registered", "gateway", "retire", "nowhere")]
    [InlineData("smartcity: name must be 1 to 64 of a-z, 0-9 and '-'", "gateway", "add", "Tower")]
    [InlineData("smartcity: devices must be 16 hex digits, which '12' is not", "gateway", "add", "tower-3", "--devices", "12")]
    [InlineData("smartcity: device 70b3d57ed0001002 is not provisioned", "gateway", "add", "tower-3", "--devices", Id)]
    public async Task What_is_wrong_is_said_in_one_line(string expected, params string[] args)
    {
        var (code, output, error) = await line.RunAsync(args);

        Assert.Equal((1, "", expected), (code, output, error.TrimEnd()));
    }

    public void Dispose() => line.Dispose();
}
