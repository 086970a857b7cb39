using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Clients;

/// <summary>One platform with a real store behind it and a gateway that speaks for all its devices.</summary>
public sealed class GatewayDoor : IAsyncLifetime
{
    private const string Name = "gateway-1";

    private readonly TemporaryFolder folder = new();
    private InfluxdServer? influx;
    private PlatformProcess? platform;
    private string secret = "";

    internal PlatformProcess Platform => platform!;

    public async ValueTask InitializeAsync()
    {
        influx = await InfluxdServer.StartAsync();
        platform = await PlatformProcess.ServeAsync(
            folder.Path, "--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Url", influx.Url.ToString(), "--SmartCity:Store:Influx:Database", FaultRig.Database);
        var devices = FaultRig.Devices.Select(device => device.ToString("x16", CultureInfo.InvariantCulture)).ToList();
        foreach (var device in devices) await platform.AddDeviceAsync(device, "water");
        using var response = await platform.Client.PostAsJsonAsync("/api/v1/gateways", new { name = Name, devices });
        var answer = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, answer);
        secret = JsonDocument.Parse(answer).RootElement.GetProperty("secret").GetString()!;
    }

    /// <summary>A login that keeps its session and comes back over every cut.</summary>
    /// <param name="clientId">Another one has another session.</param>
    internal ClientLogin Login(int version, int port, string clientId) => new("tcp", port, version, clientId) { User = Name, Secret = secret, IsClean = false, ConnectsAgain = true };

    /// <summary>What the store holds, and how often each.</summary>
    internal Task<Dictionary<Faults.Load.FrameKey, int>> StoredAsync() => StoredFrames.ReadAsync(influx!, FaultRig.Database, FaultRig.Devices);

    public async ValueTask DisposeAsync()
    {
        if (platform is not null) await platform.DisposeAsync();
        if (influx is not null) await influx.DisposeAsync();
        folder.Dispose();
    }
}
