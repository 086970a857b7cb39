using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Figures;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>The figures of the scenarios with messages, and their bars: of the platform, and of its ratios to the peer, run by run.</summary>
internal sealed class MessageFigures(ListenLoad load, IReadOnlyList<MessageRun> all)
{
    private const double GatewayFloor = 100_000, AllocationBar = 20;
    private const double GatewayRatioFloor = 300, ClosedRatioFloor = 1.5, ClosedTlsRatioFloor = 1.2, BurstRatioFloor = 15;
    private const double ClosedProcessorBar = 0.6;
    private const double RateMedianBar = 5, RateTailBar = 20;

    private bool IsPaced => load.Scenario == ListenScenario.Rate;

    private double? RatioFloor => load.Scenario switch
    {
        ListenScenario.Gateway => load.IsTls ? null : GatewayRatioFloor,
        ListenScenario.Closed => load.IsTls ? ClosedTlsRatioFloor : ClosedRatioFloor,
        ListenScenario.Burst => load.IsTls ? null : BurstRatioFloor,
        _ => null,
    };

    public IEnumerable<Figure> All()
    {
        foreach (var contender in load.Contenders)
        {
            foreach (var figure in Of(contender, RunsOf(contender))) yield return figure;
        }

        foreach (var own in (string[])[PlatformDoor.DoorName, PeerDoor.Alone])
        {
            foreach (var figure in Ratios(own)) yield return figure;
        }
    }

    /// <summary>The platform does much that the peer does not; its door alone does the same.</summary>
    private IEnumerable<Figure> Ratios(string own)
    {
        var platform = RunsOf(own);
        var peer = RunsOf(PeerDoor.MqttNet);
        if (platform.Count == 0 || peer.Count == 0) yield break;
        var both = $"{own} ÷ {PeerDoor.MqttNet}";
        if (!IsPaced) yield return Ratio($"acknowledged, {both}", platform, peer, run => run.MessagesPerSecond) with { Floor = RatioFloor };
        yield return Ratio($"processor time, {both}", platform, peer, run => run.ProcessorMicroseconds) with
        {
            Bar = load.Scenario == ListenScenario.Closed && !load.IsTls ? ClosedProcessorBar : null,
        };
    }

    private List<MessageRun> RunsOf(string contender) => [.. all.Where(run => run.Contender == contender)];

    private IEnumerable<Figure> Of(string name, List<MessageRun> runs)
    {
        var isPlatform = name == PlatformDoor.DoorName;
        yield return Value(name, "acknowledged", "messages/s", runs, run => run.MessagesPerSecond, 0) with
        {
            Floor = isPlatform && load.Scenario == ListenScenario.Gateway && !load.IsTls ? GatewayFloor : null,
        };
        yield return Value(name, "processor time", "µs/message", runs, run => run.ProcessorMicroseconds, 2);
        yield return Value(name, "processor time in the window", "µs/message", runs, run => run.WindowMicroseconds, 2);
        yield return Value(name, "allocated", "B/message", runs, run => run.AllocatedBytes, 1) with { Bar = isPlatform && !IsPaced ? AllocationBar : null };
        foreach (var figure in Spread(name, "publish to acknowledgement", runs, run => run.ToAcknowledgement, isPlatform && IsPaced)) yield return figure;
        if (IsPaced) yield return Value(name, "sent later than meant, p99", "ms", runs, run => run.ToLeaving.Of(99), 2);
        yield return Value(name, "peak resident memory", "MB", runs, run => run.PeakMegabytes, 1);
        yield return Value(name, "acknowledged in all", "messages", runs, run => run.Acknowledged, 0);
        yield return Value(name, "missing", "messages", runs, run => run.Missing, 0) with { Bar = 0 };
        yield return Value(name, "processor time of the tool", "µs/message", runs, run => run.ToolMicroseconds, 2);
        yield return Value(name, "processors that the tool kept busy", "cores", runs, run => run.ToolCores, 2);
    }

    private static IEnumerable<Figure> Spread(string contender, string name, List<MessageRun> runs, Func<MessageRun, LatencyHistogram> select, bool hasBar)
    {
        if (runs.Count == 0 || runs.Exists(run => select(run).Count == 0)) yield break;
        foreach (var percent in (int[])[50, 99, 100])
        {
            yield return Value(contender, $"{name}, {(percent == 100 ? "max" : "p" + percent)}", "ms", runs, run => select(run).Of(percent), 2) with
            {
                Bar = !hasBar ? null : percent == 50 ? RateMedianBar : percent == 99 ? RateTailBar : null,
            };
        }
    }

    private static Figure Ratio(string name, List<MessageRun> one, List<MessageRun> other, Func<MessageRun, double> select) =>
        new(name, "times", [.. one.Zip(other, (a, b) => Math.Round(select(a) / select(b), 2))]);

    private static Figure Value(string contender, string name, string unit, List<MessageRun> runs, Func<MessageRun, double> select, int digits) =>
        new($"{contender}: {name}", unit, [.. runs.Select(run => Math.Round(select(run), digits))]);
}
