using System.Globalization;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>The worker of <c>benchmarks/peers/mqttnet-worker</c>.</summary>
internal sealed class PeerContender : IContender
{
    public const string ContenderName = "mqttnet-worker";

    private ServerProcess? process;
    private long received = -1;

    private PeerContender()
    {
    }

    public string Name => ContenderName;

    public string Database => "peer";

    public bool Stores => true;

    public ProcessUsage Usage => process!.Usage;

    public static async Task<PeerContender> StartAsync(string program, int brokerPort, InfluxdServer influxd, CancellationToken cancellation)
    {
        if (!File.Exists(program)) throw new LoadTestException($"{program} is missing. Build it: dotnet build -c Release benchmarks/SmartCityIoT.LoadTest");
        var contender = new PeerContender();
        await influxd.CreateDatabaseAsync(contender.Database, cancellation).ConfigureAwait(false);
        contender.process = await ServerProcess.StartAsync(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [program, brokerPort.ToString(CultureInfo.InvariantCulture), influxd.Url.AbsoluteUri, contender.Database],
            () => Task.FromResult(Volatile.Read(ref contender.received) >= 0),
            cancellation,
            contender.Take).ConfigureAwait(false);
        return contender;
    }

    public Task<long> ReceivedAsync(CancellationToken cancellation) => Task.FromResult(Volatile.Read(ref received));

    public ValueTask DisposeAsync() => process!.DisposeAsync();

    private void Take(string line)
    {
        var words = line.Split(' ');
        if (words is ["received", var count, ..]) Volatile.Write(ref received, long.Parse(count, CultureInfo.InvariantCulture));
        else Console.Error.WriteLine("mqttnet-worker: " + line);
    }
}
