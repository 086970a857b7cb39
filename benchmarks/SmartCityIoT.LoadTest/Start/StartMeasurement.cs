using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Start;

/// <summary>
/// How long the demo takes from process start until it listens, and until the store answers with a reading that a device took after the
/// start. Asked for over HTTP like anyone would, so the answer's own time is in the figure.
/// </summary>
/// <param name="age">How long the existing data directory was in use before its first measured start.</param>
internal sealed class StartMeasurement(ProgramUnderTest program, TimeSpan age) : IMeasurement
{
    /// <summary>Most of the district's devices are lamps, and each reports this field.</summary>
    private const string Sector = "lighting", Field = "power";

    private const double FirstReadingBarSeconds = 5;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ReadingLimit = TimeSpan.FromSeconds(60);

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        var empty = new List<Run>();
        for (var run = 0; run < reporter.Runs; run++)
        {
            using var folder = new TemporaryFolder();
            empty.Add(await StartAsync(folder, TimeSpan.Zero, cancellation).ConfigureAwait(false));
        }

        Report(reporter, "start on an empty data directory", empty);

        using var used = new TemporaryFolder();
        await StartAsync(used, age, cancellation).ConfigureAwait(false);
        var existing = new List<Run>();
        for (var run = 0; run < reporter.Runs; run++) existing.Add(await StartAsync(used, TimeSpan.Zero, cancellation).ConfigureAwait(false));
        Report(reporter, "start on an existing data directory", existing);
    }

    private async Task<Run> StartAsync(TemporaryFolder folder, TimeSpan stay, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using var platform = await PlatformProcess.StartDemoAsync(program, folder.DataDirectory, cancellation).ConfigureAwait(false);
        using var api = new PlatformApi(platform.Page);
        string? area = null;
        while (true)
        {
            area ??= (await api.LargestAreaAsync(cancellation).ConfigureAwait(false))?.Code;
            if (area is not null && await api.StoredReadingsAsync(area, Sector, Field, from, cancellation).ConfigureAwait(false) > 0) break;
            if (TimeProvider.System.GetElapsedTime(platform.StartedAt) > ReadingLimit) throw new LoadTestException("no reading was stored in time");
            await Task.Delay(Poll, cancellation).ConfigureAwait(false);
        }

        var run = new Run(platform.ListeningAfter, TimeProvider.System.GetElapsedTime(platform.StartedAt), platform.Usage.Processor);
        Reporter.Progress(FormattableString.Invariant(
            $"listening after {run.Listening.TotalSeconds:0.00} s, first stored reading after {run.FirstReading.TotalSeconds:0.00} s, {run.Processor.TotalSeconds:0.00} s of processor time"));
        await Task.Delay(stay, cancellation).ConfigureAwait(false);
        return run;
    }

    private void Report(Reporter reporter, string measurement, List<Run> runs) => reporter.Report(
        measurement,
        new { ageSeconds = age.TotalSeconds, readingsOf = $"{Sector} {Field}" },
        [
            new Figure("listening", "s", Seconds(runs, run => run.Listening)),
            new Figure("first stored reading", "s", Seconds(runs, run => run.FirstReading), FirstReadingBarSeconds),
            new Figure("processor time until then", "s", Seconds(runs, run => run.Processor)),
        ]);

    private static List<double> Seconds(List<Run> runs, Func<Run, TimeSpan> select) =>
        [.. runs.Select(run => Math.Round(select(run).TotalSeconds, 3))];

    private sealed record Run(TimeSpan Listening, TimeSpan FirstReading, TimeSpan Processor);
}
