using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>
/// How many messages a server takes from devices, what each costs it, and how long a device waits for its acknowledgement. What counts is the window behind the
/// warm-up; what a message costs includes the work that was put off until behind the window.
/// </summary>
internal sealed class MessageMeasurement(ProgramUnderTest program, ListenLoad load) : IMeasurement
{
    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        using var doors = await Doors.PrepareAsync(program, load, cancellation).ConfigureAwait(false);
        var runs = await doors.RunAsync(reporter, door => MeasureAsync(doors, door, cancellation), cancellation).ConfigureAwait(false);
        reporter.Report(
            $"listen, {load.Scenario.ToString().ToLowerInvariant()}{(load.IsTls ? " over TLS 1.3" : "")}",
            new
            {
                load.Journal,
                load.Devices,
                load.Addresses,
                load.IsTls,
                inFlight = load.Scenario == ListenScenario.Rate ? null : (int?)load.Outstanding,
                rate = load.Scenario == ListenScenario.Rate ? load.Rate : (double?)null,
                warmUpSeconds = load.WarmUp.TotalSeconds,
                windowSeconds = load.Window.TotalSeconds,
            },
            [.. new MessageFigures(load, runs).All()]);
        var missing = runs.Where(run => run.Missing > 0).ToList();
        if (missing.Count > 0) throw new LoadTestException(string.Join("; ", missing.Select(run => $"{run.Contender}: {run.Missing} of {run.Acknowledged} acknowledged messages are missing")));
    }

    private async Task<MessageRun> MeasureAsync(Doors doors, IDoor door, CancellationToken cancellation)
    {
        using var fleet = await doors.ConnectAsync(door, cancellation).ConfigureAwait(false);
        var granted = fleet.Links.Min(link => link.ReceiveMaximum);
        if (granted < load.Outstanding && load.Scenario != ListenScenario.Rate) Reporter.Progress($"{door.Name} allows {granted} messages in flight, not {load.Outstanding}");
        using var messages = MessageLoad.Start(load, doors.District, doors.Logins, fleet);
        await messages.GoOnAsync(load.WarmUp, cancellation).ConfigureAwait(false);
        messages.Count();
        var allocated = await door.AllocatedAsync(cancellation).ConfigureAwait(false);
        var before = Mark.Of(door, messages);

        await messages.GoOnAsync(load.Window, cancellation).ConfigureAwait(false);
        var after = Mark.Of(door, messages);

        await messages.DrainAsync(cancellation).ConfigureAwait(false);
        await door.SettleAsync(messages.Acknowledged, cancellation).ConfigureAwait(false);
        var settled = Mark.Of(door, messages);
        var allocatedInAll = await door.AllocatedAsync(cancellation).ConfigureAwait(false) - allocated;
        var found = await door.FoundAsync(messages.Acknowledged, cancellation).ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(before.At, after.At).TotalSeconds;
        double inWindow = Math.Max(1, after.Acknowledged - before.Acknowledged), counted = Math.Max(1, settled.Acknowledged - before.Acknowledged);
        return new MessageRun
        {
            Contender = door.Name,
            MessagesPerSecond = inWindow / seconds,
            WindowMicroseconds = (after.Server.Processor - before.Server.Processor).TotalMicroseconds / inWindow,
            ProcessorMicroseconds = (settled.Server.Processor - before.Server.Processor).TotalMicroseconds / counted,
            AllocatedBytes = allocatedInAll / counted,
            PeakMegabytes = settled.Server.PeakMegabytes,
            ToolMicroseconds = (after.Tool - before.Tool).TotalMicroseconds / inWindow,
            ToolCores = (after.Tool - before.Tool).TotalSeconds / seconds,
            ToAcknowledgement = messages.ToAcknowledgement,
            ToLeaving = messages.ToLeaving,
            Acknowledged = messages.Acknowledged,
            Missing = Math.Max(0, messages.Acknowledged - found),
        };
    }

    private sealed record Mark(ProcessUsage Server, TimeSpan Tool, long Acknowledged, long At)
    {
        public static Mark Of(IDoor door, MessageLoad messages) =>
            new(door.Usage, Environment.CpuUsage.TotalTime, messages.Acknowledged, TimeProvider.System.GetTimestamp());
    }
}
