using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>Memory that a server holds for connections that have logged in and say nothing. At the end each of them must still answer a ping.</summary>
internal sealed class IdleMeasurement(ProgramUnderTest program, ListenLoad load) : IMeasurement
{
    private const double PlainBarMegabytes = 120, TlsBarMegabytes = 550;

    /// <summary>What is compiled and allocated at a start is done by then, and a memory reading is of a server at rest.</summary>
    private static readonly TimeSpan SettleAfterStart = TimeSpan.FromSeconds(5);

    private double GrowthBar => load.IsTls ? TlsBarMegabytes : PlainBarMegabytes;

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        using var doors = await Doors.PrepareAsync(program, load, cancellation).ConfigureAwait(false);
        var runs = await doors.RunAsync(reporter, door => MeasureAsync(doors, door, cancellation), cancellation).ConfigureAwait(false);
        reporter.Report(
            $"listen, idle{(load.IsTls ? " over TLS 1.3" : "")}",
            new { load.Devices, load.Addresses, load.IsTls, settleSeconds = load.Window.TotalSeconds },
            [.. load.Contenders.SelectMany(name => FiguresOf(name, [.. runs.Where(run => run.Contender == name)]))]);
    }

    private async Task<IdleRun> MeasureAsync(Doors doors, IDoor door, CancellationToken cancellation)
    {
        await Task.Delay(SettleAfterStart, cancellation).ConfigureAwait(false);
        var before = door.Usage;
        var start = TimeProvider.System.GetTimestamp();
        using var fleet = await doors.ConnectAsync(door, cancellation).ConfigureAwait(false);
        var login = TimeProvider.System.GetElapsedTime(start);
        var afterLogin = door.Usage;
        using var watch = new IdleWatch(fleet);
        await Task.Delay(load.Window, cancellation).ConfigureAwait(false);
        var after = door.Usage;
        await watch.PingAllAsync(cancellation).ConfigureAwait(false);
        return new IdleRun(
            door.Name, before.ResidentMegabytes, after.ResidentMegabytes, login.TotalSeconds, (afterLogin.Processor - before.Processor).TotalMicroseconds / load.Devices);
    }

    private IEnumerable<Figure> FiguresOf(string name, List<IdleRun> runs)
    {
        var isPlatform = name == PlatformDoor.DoorName;
        yield return Value(name, "resident memory more than before", "MB", runs, run => run.Growth, 1) with { Bar = isPlatform ? GrowthBar : null };
        yield return Value(name, "resident memory with all connections", "MB", runs, run => run.ResidentAfter, 1);
        yield return Value(name, "resident memory before", "MB", runs, run => run.ResidentBefore, 1);
        yield return Value(name, "memory for a connection", "kB", runs, run => run.Growth * 1000 / load.Devices, 2);
        yield return Value(name, "until the last had logged in", "s", runs, run => run.LoginSeconds, 2);
        yield return Value(name, "processor time", "µs/login", runs, run => run.LoginMicroseconds, 0);
    }

    private static Figure Value(string contender, string name, string unit, List<IdleRun> runs, Func<IdleRun, double> select, int digits) =>
        new($"{contender}: {name}", unit, [.. runs.Select(run => Math.Round(select(run), digits))]);
}
