using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Benchmarks.Ingestion;
using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.LoadTest;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Servers;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// The store consumer, from the journal to influxd with everything that it does in the process, in turn with a loader that sends the very same lines, which
/// were encoded before, to the same server in bodies of the same size over as many connections. A point is one line: one reading with all its fields.
/// </summary>
internal static class ConsumerPart
{
    private const double BarRatio = 0.9;
    private const string ConsumerDatabase = "consumer";
    private const string BareDatabase = "bare";

    /// <summary>Points of one flush: as many as the consumer lets wait.</summary>
    private const int FlushPoints = 20_000;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(StorageOptions options, CancellationToken cancellation)
    {
        await using var server = await InfluxdServer.StartAsync(cancellation).ConfigureAwait(false);
        await server.CreateDatabaseAsync(ConsumerDatabase, cancellation).ConfigureAwait(false);
        await server.CreateDatabaseAsync(BareDatabase, cancellation).ConfigureAwait(false);
        using var loader = new BareLoader(server.Url, BareDatabase, new InfluxOptions().Connections);
        var rounds = new List<Round>();

        // The first round compiles the code and opens the connections; it does not count.
        for (var run = 0; run <= options.Runs; run++)
        {
            var round = await RunAsync(server, loader, options.Messages, consumerFirst: run % 2 == 0, cancellation).ConfigureAwait(false);
            FigureTable.Progress(FormattableString.Invariant($"consumer: {round.Consumer:N0} points/s, bare loader: {round.Bare:N0} points/s{(run == 0 ? ", warming up" : "")}"));
            if (run > 0) rounds.Add(round);
        }

        return
        [
            new("store consumer into influxd", "points/s", [.. rounds.Select(round => round.Consumer)]),
            new("bare loader into influxd, the same lines", "points/s", [.. rounds.Select(round => round.Bare)]),
            new("store consumer ÷ bare loader", "×", [.. rounds.Select(round => round.Consumer / round.Bare)], Floor: BarRatio),
        ];
    }

    private static async Task<Round> RunAsync(InfluxdServer server, BareLoader loader, int messages, bool consumerFirst, CancellationToken cancellation)
    {
        var options = new InfluxOptions { Url = server.Url, Database = ConsumerDatabase };
        await using var rig = new ConsumerRig(new InfluxStore(options, SampleFrames.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance));
        await rig.FillAsync(messages).ConfigureAwait(false);
        var bodies = await EncodeAsync(rig, cancellation).ConfigureAwait(false);
        var consumer = consumerFirst ? await ConsumeAsync(rig, server, messages, cancellation).ConfigureAwait(false) : 0;
        var bare = await LoadAsync(loader, server, bodies, messages, cancellation).ConfigureAwait(false);
        return new Round(consumerFirst ? consumer : await ConsumeAsync(rig, server, messages, cancellation).ConfigureAwait(false), bare);
    }

    /// <summary>The journal's records as the store would send them.</summary>
    private static async Task<IReadOnlyList<byte[]>> EncodeAsync(ConsumerRig rig, CancellationToken cancellation)
    {
        var recorder = new BodyRecorder();
        await using var store = new InfluxStore(
            new InfluxOptions { CreateDatabase = false }, SampleFrames.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance, recorder, static () => 0.5);
        var decoder = rig.NewDecoder();
        using var reader = rig.Journal.OpenReader(0);
        while (reader.TryReadBlock(out var block))
        {
            foreach (var record in block)
            {
                StoreAppend.Append(store, decoder.Decode(record));
                if (store.PendingPoints >= FlushPoints) store.FlushAsync(0, cancellation).AsTask().GetAwaiter().GetResult();
            }
        }

        await store.FlushAsync(0, cancellation).ConfigureAwait(false);
        return recorder.Bodies;
    }

    /// <summary>Points a second from the consumer's start to the last point's answer.</summary>
    private static async Task<double> ConsumeAsync(ConsumerRig rig, InfluxdServer server, int messages, CancellationToken cancellation)
    {
        var head = rig.Journal.Head;
        var before = await server.PointsAsync(cancellation).ConfigureAwait(false);
        var from = TimeProvider.System.GetTimestamp();
        await rig.StoreConsumer.StartAsync(cancellation).ConfigureAwait(false);
        while (rig.Store.DurablePosition < head)
        {
            if (TimeProvider.System.GetElapsedTime(from) > Limit) throw new LoadTestException($"the store consumer is not through after {Limit.TotalMinutes} minutes");
            await Task.Delay(1, cancellation).ConfigureAwait(false);
        }

        var elapsed = TimeProvider.System.GetElapsedTime(from);
        await rig.StoreConsumer.StopAsync(cancellation).ConfigureAwait(false);
        await CheckAsync(server, before + messages, cancellation).ConfigureAwait(false);
        return messages / elapsed.TotalSeconds;
    }

    private static async Task<double> LoadAsync(
        BareLoader loader, InfluxdServer server, IReadOnlyList<byte[]> bodies, int messages, CancellationToken cancellation)
    {
        var before = await server.PointsAsync(cancellation).ConfigureAwait(false);
        var from = TimeProvider.System.GetTimestamp();
        await loader.SendAsync(bodies, cancellation).ConfigureAwait(false);
        var elapsed = TimeProvider.System.GetElapsedTime(from);
        await CheckAsync(server, before + messages, cancellation).ConfigureAwait(false);
        return messages / elapsed.TotalSeconds;
    }

    /// <summary>A rate counts only when each message became one point of influxd's, and none came twice.</summary>
    private static async Task CheckAsync(InfluxdServer server, long expected, CancellationToken cancellation)
    {
        var points = await server.PointsAsync(cancellation).ConfigureAwait(false);
        if (points != expected) throw new LoadTestException($"influxd has taken {points} points where {expected} were to come");
    }

    /// <summary>Points a second of either.</summary>
    private readonly record struct Round(double Consumer, double Bare);
}
