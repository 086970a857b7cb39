using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Ingest;

/// <summary>
/// How many messages the worker alone takes, with everything switched on, and what each costs. What counts is the window behind the warm-up; what it
/// costs includes the work that was put off until behind the window.
/// </summary>
internal sealed class IngestMeasurement(ProgramUnderTest program, IngestOptions options) : IMeasurement
{
    private const double ProcessorBarMicroseconds = 1.5;
    private const double AllocationBarBytes = 2;

    private double RateFloor => options.Journal == "os" ? 1_000_000 : 500_000;

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        var district = LoadDistrict.Create(options.Devices);
        var alone = await PeerAlone.MeasureAsync(district, options.Qos, cancellation).ConfigureAwait(false);
        Reporter.Progress(FormattableString.Invariant(
            $"the peer alone: a message is stamped in {alone.StampNanoseconds:0} ns; {alone.MessagesPerSecond:0} messages/s to a receiver that only counts, {alone.MessagesPerCoreSecond:0} for each second of its own processor time"));
        using var devices = new TemporaryFolder();
        await Provisioning.RunAsync(district, devices.DataDirectory, cancellation).ConfigureAwait(false);
        var runs = new List<IngestRun>();
        for (var run = 0; run < reporter.Runs; run++)
        {
            var one = await MeasureAsync(district, devices, cancellation).ConfigureAwait(false);
            runs.Add(one);
            Reporter.Progress(one.ToString());
        }

        Report(reporter, alone, runs);
        var missing = runs.Sum(run => run.Missing);
        if (missing > 0) throw new LoadTestException($"{missing} acknowledged messages never came to the store");
    }

    private async Task<IngestRun> MeasureAsync(LoadDistrict district, TemporaryFolder devices, CancellationToken cancellation)
    {
        var worker = await LoadedWorker.StartAsync(program, district, devices, options, cancellation).ConfigureAwait(false);
        await using (worker.ConfigureAwait(false))
        {
            worker.Load(options.Rate, options.Devices);
            await worker.GoOnAsync(options.WarmUp, cancellation).ConfigureAwait(false);
            worker.Count();
            var metrics = await worker.Api.MetricsAsync(cancellation).ConfigureAwait(false);
            var usage = worker.Platform.Usage;
            var acknowledged = worker.Acknowledged;
            var start = TimeProvider.System.GetTimestamp();

            await worker.GoOnAsync(options.Window, cancellation).ConfigureAwait(false);
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            var inWindow = worker.Acknowledged - acknowledged;
            var usageAtEnd = worker.Platform.Usage;
            var behind = Math.Max(0, worker.Acknowledged - worker.Sink.Lines);

            var stopped = TimeProvider.System.GetTimestamp();
            await worker.DrainAsync(cancellation).ConfigureAwait(false);
            var drain = TimeProvider.System.GetElapsedTime(stopped);
            var drained = worker.Platform.Usage;
            var metricsAtEnd = await worker.Api.MetricsAsync(cancellation).ConfigureAwait(false);
            var counted = Math.Max(1, worker.Acknowledged - acknowledged);
            return new IngestRun
            {
                MessagesPerSecond = inWindow / elapsed.TotalSeconds,
                WindowMicroseconds = (usageAtEnd.Processor - usage.Processor).TotalMicroseconds / Math.Max(1, inWindow),
                ProcessorMicroseconds = (drained.Processor - usage.Processor).TotalMicroseconds / counted,
                AllocatedBytes = (metricsAtEnd.AllocatedBytes - metrics.AllocatedBytes) / counted,
                Collections = metricsAtEnd.Collections - metrics.Collections,
                PauseMilliseconds = (metricsAtEnd.PauseSeconds - metrics.PauseSeconds) * 1000,
                PeakMegabytes = drained.PeakMegabytes,
                Behind = behind,
                DrainSeconds = drain.TotalSeconds,
                ToAcknowledgement = worker.ToAcknowledgement(),
                Acknowledged = worker.Acknowledged,
                Lines = worker.Sink.Lines,
            };
        }
    }

    private void Report(Reporter reporter, PeerAlone alone, List<IngestRun> runs) => reporter.Report(
        "ingest",
        new
        {
            options.Journal,
            options.Qos,
            options.Connections,
            options.ReceiveMaximum,
            options.Devices,
            options.Rate,
            warmUpSeconds = options.WarmUp.TotalSeconds,
            windowSeconds = options.Window.TotalSeconds,
        },
        [
            new Figure("acknowledged", "messages/s", Values(runs, run => run.MessagesPerSecond, 0), Floor: options.Qos == 1 && options.Rate is null ? RateFloor : null),
            new Figure("processor time until all is stored", "µs/message", Values(runs, run => run.ProcessorMicroseconds, 3), ProcessorBarMicroseconds),
            new Figure("processor time in the window", "µs/message", Values(runs, run => run.WindowMicroseconds, 3)),
            new Figure("allocated", "B/message", Values(runs, run => run.AllocatedBytes, 2), AllocationBarBytes),
            new Figure("collections", "", Values(runs, run => run.Collections, 0)),
            new Figure("pauses for them", "ms", Values(runs, run => run.PauseMilliseconds, 1)),
            new Figure("peak resident memory", "MB", Values(runs, run => run.PeakMegabytes, 1)),
            new Figure("store behind at the end of the window", "messages", Values(runs, run => run.Behind, 0)),
            new Figure("until the store had all", "s", Values(runs, run => run.DrainSeconds, 1)),
            new Figure("acknowledged in all", "messages", Values(runs, run => run.Acknowledged, 0)),
            new Figure("missing in the store", "messages", Values(runs, run => run.Missing, 0), 0),
            new Figure("written again", "lines", Values(runs, run => run.Surplus, 0)),
            .. Latencies(runs),
            new Figure("peer alone", "messages/s", [Math.Round(alone.MessagesPerSecond)]),
            new Figure("peer alone, stamping", "ns/message", [Math.Round(alone.StampNanoseconds, 1)]),
        ]);

    private static IEnumerable<Figure> Latencies(List<IngestRun> runs)
    {
        if (runs.Exists(run => run.ToAcknowledgement.Count == 0)) yield break;
        foreach (var percent in (int[])[50, 99, 100])
        {
            yield return new Figure($"publish to acknowledgement, {(percent == 100 ? "max" : "p" + percent)}", "ms", Values(runs, run => run.ToAcknowledgement.Of(percent), 2));
        }
    }

    private static List<double> Values(List<IngestRun> runs, Func<IngestRun, double> select, int digits) => [.. runs.Select(run => Math.Round(select(run), digits))];
}
