using System.Globalization;
using System.Net;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion.Receive.Listen;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>One platform for the tests of a class, each with devices of its own.</summary>
public class DoorHost : IAsyncLifetime
{
    private readonly string folder = IngestHost.NewFolder();
    private readonly (string, string)[] settings;
    private ulong last = 0x70b3d57ed0100000;
    private IngestHost? host;

    public DoorHost() : this([])
    {
    }

    /// <param name="limits">Options below <c>SmartCity:Mqtt:Listen</c>.</param>
    protected DoorHost(params (string Name, int Value)[] limits) =>
        settings = [.. limits.Select(limit => ($"{ListenOptions.Section}:{limit.Name}", limit.Value.ToString(CultureInfo.InvariantCulture)))];

    internal IngestHost Host => host!;

    internal IPEndPoint Endpoint => Host.Endpoint;

    public async ValueTask InitializeAsync() => host = await IngestHost.StartAsync(folder, settings);

    public async ValueTask DisposeAsync()
    {
        var defects = Host.Defects;
        await Host.DisposeAsync();
        Assert.Empty(defects);
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A device that nobody has used.</summary>
    internal async Task<DoorDevice> AddDeviceAsync() => (await AddDevicesAsync(1))[0];

    internal async Task<IReadOnlyList<DoorDevice>> AddDevicesAsync(int count)
    {
        var added = await Host.Registry.AddManyAsync(
            [.. Enumerable.Range(0, count).Select(_ => new NewDevice(++last, $"meter {last:x}", "water"))], "test", CancellationToken.None);
        return [.. added.Select(one => new DoorDevice(this, one.Id, one.Secret, one.Credential))];
    }
}
