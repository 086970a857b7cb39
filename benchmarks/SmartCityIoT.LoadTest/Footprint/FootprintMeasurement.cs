using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Footprint;

/// <summary>What the demo costs while it runs: platform, 2,000 simulated devices and both ends of their connections in one process.</summary>
internal sealed class FootprintMeasurement(ProgramUnderTest program, TimeSpan warmUp, TimeSpan window, int screens) : IMeasurement
{
    private const double ProcessorBarPercent = 20;
    private const double MemoryBarMegabytes = 450;

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        var runs = new List<Run>();
        for (var run = 0; run < reporter.Runs; run++) runs.Add(await MeasureAsync(cancellation).ConfigureAwait(false));
        reporter.Report(
            "demo",
            new { warmUpSeconds = warmUp.TotalSeconds, windowSeconds = window.TotalSeconds, screens },
            [
                new Figure("processor time", "% of one core", [.. runs.Select(run => run.ProcessorPercent)], ProcessorBarPercent),
                new Figure("resident memory", "MB", [.. runs.Select(run => run.Usage.ResidentMegabytes)], MemoryBarMegabytes),
                new Figure("proportional memory", "MB", [.. runs.Select(run => run.Usage.ProportionalMegabytes)]),
                new Figure("peak resident memory", "MB", [.. runs.Select(run => run.Usage.PeakMegabytes)], MemoryBarMegabytes),
                new Figure("processor time until the window", "s", [.. runs.Select(run => run.ProcessorBefore)]),
                new Figure("messages", "1/s", [.. runs.Select(run => run.MessagesPerSecond)]),
            ]);
    }

    private async Task<Run> MeasureAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var from = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using var platform = await PlatformProcess.StartDemoAsync(program, folder.DataDirectory, cancellation).ConfigureAwait(false);
        using var api = new PlatformApi(platform.Page);
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = Enumerable.Range(0, screens).Select(_ => WatchAsync(api, closing.Token)).ToArray();
        await Task.Delay(warmUp, cancellation).ConfigureAwait(false);

        var receivedBefore = await api.ReceivedAsync(from, cancellation).ConfigureAwait(false);
        var before = platform.Usage;
        var start = TimeProvider.System.GetTimestamp();
        await Task.Delay(window, cancellation).ConfigureAwait(false);
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        var after = platform.Usage;
        var received = await api.ReceivedAsync(from, cancellation).ConfigureAwait(false) - receivedBefore;

        await closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(watching).ConfigureAwait(false);
        var run = new Run(
            Math.Round((after.Processor - before.Processor) / elapsed * 100, 1),
            after,
            Math.Round(before.Processor.TotalSeconds, 2),
            Math.Round(received / elapsed.TotalSeconds, 1));
        Reporter.Progress(FormattableString.Invariant(
            $"{run.ProcessorPercent:0.0} % of one core, {after.ResidentMegabytes:0} MB resident, {after.PeakMegabytes:0} MB at the most, {run.MessagesPerSecond:0.0} messages/s"));
        return run;
    }

    /// <summary>An open screen: reads all events and throws them away.</summary>
    private static async Task WatchAsync(PlatformApi api, CancellationToken closing)
    {
        try
        {
            using var stream = await api.OpenStreamAsync(closing).ConfigureAwait(false);
            while (await stream.ReadAsync(closing).ConfigureAwait(false) is not null)
            {
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The window is over.
        }
    }

    private sealed record Run(double ProcessorPercent, ProcessUsage Usage, double ProcessorBefore, double MessagesPerSecond);
}
