using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>
/// mosquitto → worker → influxd at QoS 1, the contenders in turn: how much each takes for good, what a message costs, how long it takes, and whether
/// every message is in the store at the end.
/// </summary>
internal sealed class BrokerMeasurement(ProgramUnderTest program, BrokerOptions options) : IMeasurement
{
    private const double OverPeerFloor = 1.3, OfCeilingFloor = 0.85, ProcessorOfPeerBar = 1 / 3.0;
    private const double QueryMedianBar = 300, QueryTailBar = 1000, StreamTailBar = 250;

    private double ProcessorBar => options.Journal == "os" ? 6 : 8;

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        var district = LoadDistrict.Create(options.Devices);
        using var devices = new TemporaryFolder();
        await Provisioning.RunAsync(district, devices.DataDirectory, cancellation).ConfigureAwait(false);
        var runner = new BrokerRunner(program, options, district, devices);
        var runs = new List<BrokerRun>();
        for (var run = 0; run < reporter.Runs; run++)
        {
            foreach (var contender in options.Contenders)
            {
                runs.Add(await runner.RunAsync(contender, cancellation).ConfigureAwait(false));
                Reporter.Progress(runs[^1].ToString());
            }
        }

        reporter.Report(
            options.Rate is null ? "broker, as much as the worker takes" : "broker, at a fixed rate",
            new
            {
                options.Journal,
                options.Rate,
                options.Devices,
                options.Publishers,
                options.Window,
                options.Lead,
                options.Connections,
                options.ReceiveMaximum,
                options.Discards,
                warmUpSeconds = options.WarmUp.TotalSeconds,
                windowSeconds = options.Seconds.TotalSeconds,
            },
            [.. options.Contenders.SelectMany(name => FiguresOf(name, Of(runs, name))), .. Ratios(runs)]);
        var missing = Of(runs, PlatformContender.ContenderName).Sum(run => run.Missing);
        if (missing > 0) throw new LoadTestException($"{missing} acknowledged messages are not in the store");
    }

    private static List<BrokerRun> Of(List<BrokerRun> runs, string contender) => [.. runs.Where(run => run.Contender == contender)];

    private IEnumerable<Figure> FiguresOf(string name, List<BrokerRun> runs)
    {
        var isPlatform = name == PlatformContender.ContenderName;
        yield return Figure(name, "received", "messages/s", runs, run => run.ReceivedPerSecond, 0);
        yield return Figure(name, "stored", "points/s", runs, run => run.StoredPerSecond, 0);
        if (name != CountingContender.ContenderName)
        {
            yield return Figure(name, "processor time", "µs/message", runs, run => run.ProcessorMicroseconds, 2) with { Bar = isPlatform && options.Rate is not null ? ProcessorBar : null };
            yield return Figure(name, "peak resident memory", "MB", runs, run => run.PeakMegabytes, 1);
        }

        yield return Figure(name, "processor time of mosquitto", "µs/message", runs, run => run.MosquittoMicroseconds, 2);
        if (!options.Discards) yield return Figure(name, "processor time of influxd", "µs/point", runs, run => run.InfluxdMicroseconds, 2);
        yield return Figure(name, "sent and acknowledged", "messages", runs, run => run.Sent, 0);
        yield return Figure(name, "missing", "messages", runs, run => run.Missing, 0) with { Bar = isPlatform ? 0 : null };
        yield return Figure(name, "too many", "points", runs, run => run.Surplus, 0) with { Bar = isPlatform ? 0 : null };
        if (isPlatform) yield return Figure(name, "redelivered and told apart", "messages", runs, run => run.Redelivered, 0);
        if (options.Rate is null) yield break;
        yield return Figure(name, "sent later than meant, p99", "ms", runs, run => run.ToLeaving.Of(99), 2);
        foreach (var figure in Spread(name, "publish to acknowledgement by mosquitto", runs, run => run.ToAcknowledgement, null, null)) yield return figure;
        foreach (var figure in Spread(name, "publish to queryable", runs, run => run.ToQuery, isPlatform ? QueryMedianBar : null, isPlatform ? QueryTailBar : null)) yield return figure;
        foreach (var figure in Spread(name, "publish to event stream", runs, run => run.ToStream, null, StreamTailBar)) yield return figure;
        if (options.IsStreamWatched && isPlatform) yield return Figure(name, "readings on the event stream in the window", "% of the messages", runs, run => run.ToStream.Count / (options.Rate.Value * options.Seconds.TotalSeconds) * 100, 1);
    }

    private static IEnumerable<Figure> Spread(
        string contender, string name, List<BrokerRun> runs, Func<BrokerRun, LatencyHistogram> select, double? medianBar, double? tailBar)
    {
        if (runs.Count == 0 || runs.Exists(run => select(run).Count == 0)) yield break;
        foreach (var percent in (int[])[50, 90, 99, 100])
        {
            var which = percent == 100 ? "max" : "p" + percent;
            yield return Figure(contender, $"{name}, {which}", "ms", runs, run => select(run).Of(percent), 2) with { Bar = percent == 50 ? medianBar : percent == 99 ? tailBar : null };
        }
    }

    private IEnumerable<Figure> Ratios(List<BrokerRun> runs)
    {
        var platform = Of(runs, PlatformContender.ContenderName);
        var peer = Of(runs, PeerContender.ContenderName);
        var ceiling = Of(runs, CountingContender.ContenderName);
        var isFull = options.Rate is null;
        if (platform.Count > 0 && peer.Count > 0)
        {
            if (isFull) yield return Ratio("stored, platform ÷ mqttnet-worker", platform, peer, run => run.StoredPerSecond, run => run.StoredPerSecond) with { Floor = OverPeerFloor };
            yield return Ratio("processor time, platform ÷ mqttnet-worker", platform, peer, run => run.ProcessorMicroseconds, run => run.ProcessorMicroseconds) with { Bar = isFull ? null : ProcessorOfPeerBar };
        }

        if (platform.Count > 0 && ceiling.Count > 0 && isFull) yield return Ratio("platform stored ÷ counting received", platform, ceiling, run => run.StoredPerSecond, run => run.ReceivedPerSecond) with { Floor = OfCeilingFloor };
    }

    private static Figure Ratio(string name, List<BrokerRun> one, List<BrokerRun> other, Func<BrokerRun, double> above, Func<BrokerRun, double> below) =>
        new(name, "times", [.. one.Zip(other, (a, b) => Math.Round(above(a) / below(b), 2))]);

    private static Figure Figure(string contender, string name, string unit, List<BrokerRun> runs, Func<BrokerRun, double> select, int digits) =>
        new($"{contender}: {name}", unit, [.. runs.Select(run => Math.Round(select(run), digits))]);
}
