using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Credentials;

namespace SmartCityIoT.Server.Tests.Devices;

public sealed class DeviceCredentialCommandsTests : IDisposable
{
    private const string Id = RegistryCommandLine.Id;
    private readonly RegistryCommandLine line = new();

    [Fact]
    public async Task A_secret_is_given_listed_and_revoked_by_its_number()
    {
        await line.AddDeviceAsync();
        var secret = JsonDocument.Parse(await line.OutputAsync("device", "secret", Id, "--json")).RootElement.GetProperty("secret").GetString()!;
        await line.OutputAsync("device", "revoke", Id, "1");

        var credentials = (await line.OutputAsync("device", "credentials", Id, "--json")).TrimEnd().Split('\n').Select(each => JsonDocument.Parse(each).RootElement).ToArray();
        Assert.Equal([1L, 2L], credentials.Select(each => each.GetProperty("number").GetInt64()));
        Assert.Equal(JsonValueKind.Null, credentials[1].GetProperty("revokedAt").ValueKind);
        Assert.Equal(JsonValueKind.Number, credentials[0].GetProperty("revokedAt").ValueKind);
        Assert.True(await OpensAsync(secret));

        await line.OutputAsync("device", "revoke", Id, "2");
        Assert.False(await OpensAsync(secret));
    }

    [Fact]
    public async Task A_retired_device_opens_nothing()
    {
        await line.AddDeviceAsync();
        var secret = JsonDocument.Parse(await line.OutputAsync("device", "secret", Id.ToUpperInvariant(), "--json")).RootElement.GetProperty("secret").GetString()!;
        await line.OutputAsync("device", "retire", Id);

        Assert.False(await OpensAsync(secret));
        Assert.Contains("retired", await line.OutputAsync("device", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("smartcity: device 70b3d57ed0001002 is not provisioned", "device", "secret", Id)]
    [InlineData("smartcity: device 70b3d57ed0001002 is not provisioned", "device", "credentials", Id)]
    [InlineData("smartcity: device 70b3d57ed0001002 is not provisioned", "device", "revoke", Id, "1")]
    [InlineData("smartcity: device 70b3d57ed0001002 is not provisioned", "device", "retire", Id)]
    [InlineData("smartcity: id must be 16 hex digits, which '12' is not", "device", "retire", "12")]
    public async Task What_is_wrong_is_said_in_one_line(string expected, params string[] args)
    {
        var (code, output, error) = await line.RunAsync(args);

        Assert.Equal((1, "", expected), (code, output, error.TrimEnd()));
    }

    public void Dispose() => line.Dispose();

    private async Task<bool> OpensAsync(string secret)
    {
        await using var rooms = await line.OpenRoomsAsync();
        return rooms.GetRequiredService<CredentialVerifier>().LogIn(Encoding.ASCII.GetBytes(Id), Encoding.ASCII.GetBytes(secret)) is not null;
    }
}
