using System.Globalization;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>The worker of <c>benchmarks/peers/mqttnet-worker</c>.</summary>
internal sealed class PeerContender : IContender
{
    public const string ContenderName = "mqttnet-worker";

    private readonly TemporaryFolder devices = new();
    private ServerProcess? process;
    private long received = -1;

    private PeerContender()
    {
    }

    public string Name => ContenderName;

    public string Database => "peer";

    public bool Stores => true;

    public ProcessUsage Usage => process!.Usage;

    public static async Task<PeerContender> StartAsync(
        string program, LoadDistrict district, int brokerPort, ILoadStore store, CancellationToken cancellation)
    {
        if (!File.Exists(program)) throw new LoadTestException($"{program} is missing. Build it: dotnet build -c Release benchmarks/SmartCityIoT.LoadTest");
        var contender = new PeerContender();
        var lines = district.Devices.Select(device => $"{DeviceId.Format(device.Id)},{device.Like.AreaCode},{device.Like.Model.Code},{device.Like.Site.Code}");
        await File.WriteAllLinesAsync(contender.devices.PathOf("devices.csv"), lines, cancellation).ConfigureAwait(false);
        await store.CreateDatabaseAsync(contender.Database, cancellation).ConfigureAwait(false);
        contender.process = await ServerProcess.StartAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [program, brokerPort.ToString(CultureInfo.InvariantCulture), store.Url.AbsoluteUri, contender.Database, contender.devices.PathOf("devices.csv")],
            () => Task.FromResult(Volatile.Read(ref contender.received) >= 0),
            cancellation,
            contender.Take).ConfigureAwait(false);
        return contender;
    }

    public Task<long> ReceivedAsync(CancellationToken cancellation) => Task.FromResult(Volatile.Read(ref received));

    public async ValueTask DisposeAsync()
    {
        await process!.DisposeAsync().ConfigureAwait(false);
        devices.Dispose();
    }

    private void Take(string line)
    {
        var words = line.Split(' ');
        if (words is ["received", var count, ..]) Volatile.Write(ref received, long.Parse(count, CultureInfo.InvariantCulture));
        else Console.Error.WriteLine("mqttnet-worker: " + line);
    }
}
