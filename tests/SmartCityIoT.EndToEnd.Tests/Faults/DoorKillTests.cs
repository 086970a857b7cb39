using System.Diagnostics;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>
/// Ends of the platform while a thousand devices publish straight to its port: nothing acknowledged is missing, nothing is stored twice, and all are back
/// within a minute.
/// </summary>
[Collection(Alone.Name)]
public sealed class DoorKillTests
{
    private const int Devices = 1_000;
    private const int PerSecond = 5_000;

    /// <summary>Messages between one end and the next.</summary>
    private static readonly int Flow = FaultForm.Choose(PerSecond, 4 * PerSecond);

    [Fact]
    public async Task The_platform_is_killed_and_stopped_again_and_again_under_load_straight_to_its_port()
    {
        await using var rig = await DoorRig.StartAsync(Devices);
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(2, 20); round++) await EndAsync(rig, "SIGKILL", () => rig.Platform.KillAsync());
        for (var round = 0; round < FaultForm.Choose(1, 5); round++) await EndAsync(rig, "SIGTERM", async () => Assert.Equal(0, await rig.Platform.StopAsync()));
        await rig.FlowsAsync(PerSecond);
        var stored = await rig.SettleAsync();
        Assert.Equal(0, rig.Log.Refused);
        Said.Line($"{rig.Log.Sent.Count} messages were sent, {rig.Log.AcknowledgedCount} acknowledged, {stored.Count} are stored, 0 acknowledged are missing");
    }

    private static async Task EndAsync(DoorRig rig, string signal, Func<Task> end)
    {
        var flowing = Stopwatch.StartNew();
        await rig.FlowsAsync(Flow);
        var pace = Flow / flowing.Elapsed.TotalSeconds;
        await end();
        var since = Stopwatch.StartNew();
        rig.Load.NextBoot();
        await rig.StartPlatformAsync();
        var back = await rig.AllInAsync(since);
        Said.Line($"{signal} at {pace:F0} acknowledged messages/s: all {Devices} devices were logged in again {back.TotalSeconds:F1} s after the end of the process");
    }
}
