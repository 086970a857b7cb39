using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>How long devices take to come back that are cut off all at once, as when a cell or a line comes back. At the end each of them must answer a ping.</summary>
internal sealed class ReconnectMeasurement(ProgramUnderTest program, ListenLoad load) : IMeasurement
{
    private const double AllInBarSeconds = 30;

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        using var doors = await Doors.PrepareAsync(program, load, cancellation).ConfigureAwait(false);
        var runs = await doors.RunAsync(reporter, door => MeasureAsync(doors, door, cancellation), cancellation).ConfigureAwait(false);
        reporter.Report(
            $"listen, reconnect{(load.IsTls ? " over TLS 1.3" : "")}",
            new { load.Devices, load.Addresses, load.IsTls },
            [.. load.Contenders.SelectMany(name => FiguresOf(name, [.. runs.Where(run => run.Contender == name)]))]);
    }

    private async Task<ReconnectRun> MeasureAsync(Doors doors, IDoor door, CancellationToken cancellation)
    {
        using var first = await doors.ConnectAsync(door, cancellation).ConfigureAwait(false);
        await Task.Delay(load.WarmUp, cancellation).ConfigureAwait(false);
        var before = door.Usage;
        var start = TimeProvider.System.GetTimestamp();
        first.Dispose();
        var storm = new ReconnectStorm(door.Address, doors.Logins, load.Addresses, start);
        using var fleet = await storm.RunAsync(cancellation).ConfigureAwait(false);
        await InlineSockets.LeaveAsync().ConfigureAwait(false);
        var processor = door.Usage.Processor - before.Processor;
        using (var watch = new IdleWatch(fleet)) await watch.PingAllAsync(cancellation).ConfigureAwait(false);
        return new ReconnectRun(
            door.Name, storm.AllInAfter.TotalSeconds, storm.HalfInAfter.TotalSeconds, storm.Refusals, processor.TotalMicroseconds / load.Devices);
    }

    private static IEnumerable<Figure> FiguresOf(string name, List<ReconnectRun> runs)
    {
        yield return Value(name, "until the last is back", "s", runs, run => run.AllInSeconds, 2) with { Bar = name == PlatformDoor.DoorName ? AllInBarSeconds : null };
        yield return Value(name, "until half are back", "s", runs, run => run.HalfInSeconds, 2);
        yield return Value(name, "attempts refused", "", runs, run => run.Refusals, 0);
        yield return Value(name, "processor time", "µs/device", runs, run => run.LoginMicroseconds, 0);
    }

    private static Figure Value(string contender, string name, string unit, List<ReconnectRun> runs, Func<ReconnectRun, double> select, int digits) =>
        new($"{contender}: {name}", unit, [.. runs.Select(run => Math.Round(select(run), digits))]);
}
