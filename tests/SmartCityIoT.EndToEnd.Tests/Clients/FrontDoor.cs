using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>One platform with every way in open, for all the tests of a class.</summary>
public sealed class FrontDoor : IAsyncLifetime
{
    private const ulong FirstDevice = 0x70b3d57ed0003000;

    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority = new();
    private PlatformProcess? platform;
    private ulong devices;

    internal PlatformProcess Platform => platform!;

    internal TestAuthority Authority => authority;

    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = authority.Issue("platform");
        platform = await PlatformProcess.ServeAsync(
            folder.Path,
            "--SmartCity:Mqtt:Listen:Tls:Port", "0", "--SmartCity:Mqtt:Listen:Tls:CertificateFile", certificate, "--SmartCity:Mqtt:Listen:Tls:KeyFile", key,
            "--SmartCity:Mqtt:Listen:Tls:ClientCaFile", authority.AuthorityFile,
            "--SmartCity:Mqtt:Listen:WebSocket:Port", "0", "--SmartCity:Mqtt:Listen:WebSocket:TlsPort", "0");
    }

    /// <summary>A water meter that no other test has.</summary>
    internal async Task<FrontDoorDevice> AddDeviceAsync()
    {
        var id = FirstDevice + Interlocked.Increment(ref devices);
        return new FrontDoorDevice(this, id, await Platform.AddDeviceAsync(id.ToString("x16", CultureInfo.InvariantCulture), "water"));
    }

    internal int PortOf(string way) => Platform.DevicePorts[way switch
    {
        "tcp" => "mqtt",
        "tls" => "mqtts",
        _ => way,
    }];

    public async ValueTask DisposeAsync()
    {
        if (platform is not null) await platform.DisposeAsync();
        authority.Dispose();
        folder.Dispose();
    }
}
