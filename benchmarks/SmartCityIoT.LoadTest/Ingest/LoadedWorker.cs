using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Ingest;

/// <summary>
/// The worker alone under load: the program with everything switched on, between a peer that sends and a sink that discards, which both are in
/// this process.
/// </summary>
internal sealed class LoadedWorker : IAsyncDisposable
{
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);

    /// <summary>How long no acknowledgement may come before the rest is given up.</summary>
    private static readonly TimeSpan AcknowledgePatience = TimeSpan.FromSeconds(60);

    /// <summary>How long the store may stand still before what has not come is called missing.</summary>
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly TemporaryFolder folder;
    private readonly BrokerPeer peer;
    private readonly IReadOnlyList<PublishLane> lanes;

    private LoadedWorker(TemporaryFolder folder, BrokerPeer peer, DiscardingSink sink, PlatformProcess platform, IReadOnlyList<PublishLane> lanes)
    {
        this.folder = folder;
        this.peer = peer;
        this.lanes = lanes;
        Sink = sink;
        Platform = platform;
        Api = new PlatformApi(platform.Page);
    }

    public DiscardingSink Sink { get; }

    public PlatformProcess Platform { get; }

    public PlatformApi Api { get; }

    public long Sent => lanes.Sum(lane => lane.Sent);

    public long Acknowledged => lanes.Sum(lane => lane.Acknowledged);

    /// <summary>Starts everything; no message has left yet.</summary>
    /// <param name="devices">A folder with the registry of the district's devices.</param>
    public static async Task<LoadedWorker> StartAsync(
        ProgramUnderTest program, LoadDistrict district, TemporaryFolder devices, IngestOptions options, CancellationToken cancellation)
    {
        var folder = new TemporaryFolder();
        folder.CopyFrom(devices);
        var sink = new DiscardingSink();
        var peer = new BrokerPeer(options.Qos);
        PlatformProcess? platform = null;
        try
        {
            var settings = options.Settings(peer.Port, sink.Url);
            platform = await PlatformProcess.StartAsync(program, "serve", folder.DataDirectory, settings, cancellation).ConfigureAwait(false);
            var lanes = await peer.LanesAsync(district, options.Connections, ConnectLimit, cancellation).ConfigureAwait(false);
            return new LoadedWorker(folder, peer, sink, platform, lanes);
        }
        catch
        {
            if (platform is not null) await platform.DisposeAsync().ConfigureAwait(false);
            peer.Dispose();
            sink.Dispose();
            folder.Dispose();
            throw;
        }
    }

    /// <param name="rate">Messages a second of all lanes together; null = as fast as they are taken.</param>
    public void Load(double? rate, int devices)
    {
        foreach (var lane in lanes) lane.Start(new Pace(rate * lane.Devices / devices, lane.Devices, TimeProvider.System));
    }

    /// <summary>From now on latencies count.</summary>
    public void Count()
    {
        foreach (var lane in lanes) lane.Count();
    }

    /// <summary>From the moment at which each message was meant to leave to its acknowledgement; empty without a rate.</summary>
    public LatencyHistogram ToAcknowledgement()
    {
        var all = new LatencyHistogram();
        foreach (var lane in lanes) all.Add(lane.ToAcknowledgement);
        return all;
    }

    /// <summary>Waits, and fails at once when a lane does.</summary>
    public async Task GoOnAsync(TimeSpan time, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(from) < time)
        {
            Check();
            var left = time - TimeProvider.System.GetElapsedTime(from);
            await Task.Delay(left < Poll ? (left > TimeSpan.Zero ? left : TimeSpan.Zero) : Poll, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Stops sending, waits for the last acknowledgement, then until the sink has every line or gets no more.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        foreach (var lane in lanes) lane.Stop();
        if (!await Progress.ReachesAsync(Counted, count => count == Sent, AcknowledgePatience, cancellation).ConfigureAwait(false))
        {
            throw new LoadTestException($"{Sent - Acknowledged} of {Sent} messages are not acknowledged, and none has been for {AcknowledgePatience.TotalSeconds:0} s");
        }

        await Progress.ReachesAsync(() => Task.FromResult(Sink.Lines), lines => lines >= Acknowledged, DrainPatience, cancellation).ConfigureAwait(false);
        if (Sink.Compressed > 0) throw new LoadTestException("the program sends gzip, whose lines are not counted here: leave SmartCity:Store:Influx:GzipFromBytes=0");
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        peer.Dispose();
        await Platform.DisposeAsync().ConfigureAwait(false);
        Sink.Dispose();
        folder.Dispose();
    }

    private Task<long> Counted()
    {
        Check();
        return Task.FromResult(Acknowledged);
    }

    private void Check()
    {
        if (lanes.FirstOrDefault(lane => lane.Problem is not null) is { } broken) throw new LoadTestException("the load broke off: " + broken.Problem);
    }
}
