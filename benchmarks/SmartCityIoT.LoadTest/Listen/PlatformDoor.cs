using System.Globalization;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>The platform, with everything switched on and a store behind it that costs nothing.</summary>
internal sealed class PlatformDoor : IDoor
{
    public const string DoorName = "platform";

    private const long MinuteMilliseconds = 60_000;

    /// <summary>How long a count may stand still before what has not come is called missing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new();
    private readonly DiscardingSink sink = new();
    private readonly long from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / MinuteMilliseconds * MinuteMilliseconds;
    private PlatformProcess? platform;
    private PlatformApi? api;
    private DoorAddress? address;

    private PlatformDoor()
    {
    }

    public string Name => DoorName;

    public DoorAddress Address => address!;

    public ProcessUsage Usage => platform!.Usage;

    /// <summary>Settings of the door and its journal.</summary>
    public static IReadOnlyList<string> SettingsOf(ListenLoad load, PeerCertificate? certificate, int tlsPort)
    {
        var settings = new List<string> { "SmartCity:Journal:Durability=" + load.Journal };

        // One device stands for all those of a gateway: its own limit would be what is measured.
        if (load.Scenario == ListenScenario.Gateway) settings.AddRange(["SmartCity:Mqtt:Listen:DeviceMessagesPerSecond=0", "SmartCity:Mqtt:Listen:DeviceBytesPerSecond=0"]);
        if (certificate is null) return settings;
        settings.Add(string.Create(CultureInfo.InvariantCulture, $"SmartCity:Mqtt:Listen:Tls:Port={tlsPort}"));
        settings.Add("SmartCity:Mqtt:Listen:Tls:CertificateFile=" + certificate.CaFile);
        settings.Add("SmartCity:Mqtt:Listen:Tls:KeyFile=" + certificate.KeyFile);
        return settings;
    }

    /// <param name="devices">A folder with the registry of the devices.</param>
    /// <param name="certificate">Null for plain TCP.</param>
    public static async Task<PlatformDoor> OpenAsync(
        ProgramUnderTest program, ListenLoad load, TemporaryFolder devices, PeerCertificate? certificate, CancellationToken cancellation)
    {
        var door = new PlatformDoor();
        try
        {
            door.folder.CopyFrom(devices);
            var tlsPort = ServerProcess.FreePort();
            string[] settings =
            [
                "SmartCity:Store:Kind=influx",
                "SmartCity:Store:Influx:Url=" + door.sink.Url.AbsoluteUri,
                "SmartCity:Store:Influx:GzipFromBytes=0",
                .. SettingsOf(load, certificate, tlsPort),
            ];
            door.platform = await PlatformProcess.StartAsync(program, "serve", door.folder.DataDirectory, settings, cancellation).ConfigureAwait(false);
            door.api = new PlatformApi(door.platform.Page);
            door.address = new DoorAddress(certificate is null ? door.platform.MqttPort : tlsPort, certificate?.Certificate);
            return door;
        }
        catch
        {
            await door.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<double> AllocatedAsync(CancellationToken cancellation)
    {
        var metrics = await api!.MetricsAsync(cancellation).ConfigureAwait(false);
        await InlineSockets.LeaveAsync().ConfigureAwait(false);
        return metrics.AllocatedBytes;
    }

    /// <summary>Until the store has its lines.</summary>
    public Task SettleAsync(long acknowledged, CancellationToken cancellation) =>
        Progress.ReachesAsync(() => Task.FromResult(sink.Lines), lines => lines >= acknowledged, Patience, cancellation);

    /// <summary>In the balance sheet, and in the store.</summary>
    public async Task<long> FoundAsync(long acknowledged, CancellationToken cancellation)
    {
        if (sink.Compressed > 0) throw new LoadTestException("the program sends gzip, whose lines are not counted here: leave SmartCity:Store:Influx:GzipFromBytes=0");
        await Progress.ReachesAsync(() => api!.ReceivedAsync(from, cancellation), received => received >= acknowledged, Patience, cancellation).ConfigureAwait(false);
        var received = await api!.ReceivedAsync(from, cancellation).ConfigureAwait(false);
        await InlineSockets.LeaveAsync().ConfigureAwait(false);
        return Math.Min(received, sink.Lines);
    }

    public async ValueTask DisposeAsync()
    {
        api?.Dispose();
        if (platform is not null) await platform.DisposeAsync().ConfigureAwait(false);
        sink.Dispose();
        folder.Dispose();
    }
}
