using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Ingest;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Outage;

/// <summary>
/// The store goes away under a steady load and comes back: what the program keeps in memory meanwhile, and how fast it gives back what the journal kept,
/// while as much arrives as before.
/// </summary>
internal sealed class OutageMeasurement(ProgramUnderTest program, OutageOptions options) : IMeasurement
{
    private const double GrowthBarMegabytes = 100;
    private const double DrainFloor = 2.5;

    /// <summary>Part of a second's arrivals that is always under way: a backlog of no more than two seconds is none.</summary>
    private const double CaughtUpSeconds = 2;

    private static readonly TimeSpan Sampling = TimeSpan.FromMilliseconds(500);

    private double Rate => options.Load.Rate!.Value;

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        var district = LoadDistrict.Create(options.Load.Devices);
        using var devices = new TemporaryFolder();
        await Provisioning.RunAsync(district, devices.DataDirectory, cancellation).ConfigureAwait(false);
        var runs = new List<OutageRun>();
        for (var run = 0; run < reporter.Runs; run++)
        {
            runs.Add(await MeasureAsync(district, devices, cancellation).ConfigureAwait(false));
            Reporter.Progress(runs[^1].ToString());
        }

        reporter.Report(
            "outage",
            new
            {
                outageSeconds = options.Outage.TotalSeconds,
                options.Load.Rate,
                options.Load.Journal,
                options.Load.Devices,
                options.Load.Connections,
                options.Load.ReceiveMaximum,
                warmUpSeconds = options.Load.WarmUp.TotalSeconds,
            },
            [
                Figure("resident memory before", "MB", runs, run => run.ResidentBefore, 1),
                Figure("resident memory, growth at the most", "MB", runs, run => run.Growth, 1) with { Bar = GrowthBarMegabytes },
                Figure("acknowledged while away, of what was meant to be sent", "%", runs, run => run.AcknowledgedPercent, 2),
                Figure("backlog when it came back", "messages", runs, run => run.Backlog, 0),
                Figure("until the first line came again", "s", runs, run => run.FirstLineSeconds, 1),
                Figure("from then until the backlog was gone", "s", runs, run => run.DrainSeconds, 1),
                Figure("lines to the store meanwhile, ÷ arrivals", "times", runs, run => run.DrainRatio, 2) with { Floor = DrainFloor },
                Figure("missing in the store", "messages", runs, run => run.Missing, 0) with { Bar = 0 },
                Figure("written again", "lines", runs, run => run.Surplus, 0),
            ]);
        var missing = runs.Sum(run => run.Missing);
        if (missing > 0) throw new LoadTestException($"{missing} acknowledged messages never came to the store");
    }

    private async Task<OutageRun> MeasureAsync(LoadDistrict district, TemporaryFolder devices, CancellationToken cancellation)
    {
        var worker = await LoadedWorker.StartAsync(program, district, devices, options.Load, cancellation).ConfigureAwait(false);
        await using (worker.ConfigureAwait(false))
        {
            worker.Load(Rate, options.Load.Devices);
            await worker.GoOnAsync(options.Load.WarmUp, cancellation).ConfigureAwait(false);
            var residentBefore = worker.Platform.Usage.ResidentMegabytes;
            var acknowledgedBefore = worker.Acknowledged;
            worker.Sink.Close();
            Reporter.Progress(FormattableString.Invariant($"the store is away for {options.Outage.TotalSeconds:0} s; {residentBefore:0} MB resident"));

            var most = residentBefore;
            var start = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(start) < options.Outage)
            {
                await worker.GoOnAsync(Sampling, cancellation).ConfigureAwait(false);
                most = Math.Max(most, worker.Platform.Usage.ResidentMegabytes);
            }

            var away = TimeProvider.System.GetElapsedTime(start);
            var acknowledged = worker.Acknowledged - acknowledgedBefore;
            var linesBefore = worker.Sink.Lines;
            var backlog = worker.Acknowledged - linesBefore;
            worker.Sink.Open();
            Reporter.Progress(FormattableString.Invariant($"the store is back; {backlog} messages wait, {most:0} MB resident at the most"));

            start = TimeProvider.System.GetTimestamp();
            most = Math.Max(most, await WaitAsync(worker, () => worker.Sink.Lines > linesBefore, cancellation).ConfigureAwait(false));
            var first = TimeProvider.System.GetElapsedTime(start);

            // The rate counts from here: how long it takes until the store is asked again is a figure of its own.
            var (atFirst, linesAtFirst, acknowledgedAtFirst) = (TimeProvider.System.GetTimestamp(), worker.Sink.Lines, worker.Acknowledged);
            most = Math.Max(most, await WaitAsync(worker, () => worker.Acknowledged - worker.Sink.Lines <= Rate * CaughtUpSeconds, cancellation).ConfigureAwait(false));
            var drain = TimeProvider.System.GetElapsedTime(atFirst);
            var drained = worker.Sink.Lines - linesAtFirst;
            var arrived = worker.Acknowledged - acknowledgedAtFirst;
            await worker.DrainAsync(cancellation).ConfigureAwait(false);
            return new OutageRun
            {
                ResidentBefore = residentBefore,
                Growth = most - residentBefore,
                AcknowledgedPercent = acknowledged / (Rate * away.TotalSeconds) * 100,
                Backlog = backlog,
                FirstLineSeconds = first.TotalSeconds,
                DrainSeconds = drain.TotalSeconds,
                DrainRatio = drained / Math.Max(1.0, arrived),
                Missing = Math.Max(0, worker.Acknowledged - worker.Sink.Lines),
                Surplus = Math.Max(0, worker.Sink.Lines - worker.Acknowledged),
            };
        }
    }

    /// <summary>Twice the time that the store was away: a drain that takes longer has failed, whatever it comes to.</summary>
    /// <returns>The most memory that was resident meanwhile, MB.</returns>
    private async Task<double> WaitAsync(LoadedWorker worker, Func<bool> until, CancellationToken cancellation)
    {
        var most = 0.0;
        var limit = 2 * options.Outage + TimeSpan.FromSeconds(120);
        var start = TimeProvider.System.GetTimestamp();
        while (!until())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit) throw new LoadTestException($"{worker.Acknowledged - worker.Sink.Lines} messages still wait for the store after {limit.TotalSeconds:0} s");
            await worker.GoOnAsync(TimeSpan.FromMilliseconds(50), cancellation).ConfigureAwait(false);
            most = Math.Max(most, worker.Platform.Usage.ResidentMegabytes);
        }

        return most;
    }

    private static Figure Figure(string name, string unit, List<OutageRun> runs, Func<OutageRun, double> select, int digits) =>
        new(name, unit, [.. runs.Select(run => Math.Round(select(run), digits))]);
}
