using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>
/// A thousand connections at a time say that a packet of 256 MiB begins, and send a few bytes of it: nobody keeps room for what was announced, and the others
/// go on as before.
/// </summary>
[Collection(SharedRig.Users.Name)]
public sealed class AnnouncedSizeTests(SharedRig shared)
{
    /// <summary>Times of each kind; the median decides, so that a hiccup of the machine does not.</summary>
    private static readonly int Windows = FaultForm.Choose(3, 9);

    /// <summary>Milliseconds below which a p99 says more of the machine than of the platform.</summary>
    private const double LeastMilliseconds = 25;

    /// <summary>How much longer a PUBACK may take meanwhile.</summary>
    private const double MostTimes = 2;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(0.75);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_crowd_of_strangers_that_announces_256_MiB_each_takes_no_memory_and_disturbs_nobody() =>
        await MeasureAsync(() => Crowd.ConnectAsync(shared.Rig.Port, AbuseRig.Crowd), Packets.Announcement(Packets.Connect, [0, 4, .. "MQTT"u8, 5]));

    [Fact]
    public async Task A_crowd_of_devices_that_announces_256_MiB_each_takes_no_memory_and_disturbs_nobody() =>
        await MeasureAsync(() => Crowd.LogInAsync(shared.Rig.Port, shared.Rig.Devices), Packets.Announcement(Packets.Publish | 2, [0, 5, .. "sc/v1"u8]));

    private async Task MeasureAsync(Func<Task<Crowd>> open, byte[] announcement)
    {
        // All at once: and what the platform compiles and keeps for a thousand connections of its life is no answer to the question.
        var rig = shared.Rig;
        using (var crowd = await open())
        {
            crowd.Send(announcement);
            await crowd.ClosedAsync(CloseLimit);
        }

        // The same crowd, first one that behaves, then one that does not.
        using var steady = await rig.PublishAsync();
        var before = await BehaveAsync(steady, open);
        var during = await AnnounceAsync(steady, open, announcement);
        Said.Line($"{AbuseRig.Crowd} connections: at most {before.Megabytes:F0} MB while they behave, {during.Megabytes:F0} MB while they announce 256 MiB each");
        Said.Line($"p99 of publish to PUBACK of the others, median of {Windows}: {before.P99:F1} ms, then {during.P99:F1} ms");
        Assert.True(during.Megabytes - before.Megabytes <= AbuseRig.MostMegabytes, $"{before.Megabytes:F0} MB became {during.Megabytes:F0} MB");
        Assert.True(during.P99 <= MostTimes * Math.Max(before.P99, LeastMilliseconds), $"p99 of the others went from {before.P99:F1} to {during.P99:F1} ms");
        Assert.True(await rig.LetsInAsync());
        rig.AssertNoDefect();
    }

    private async Task<(double Megabytes, double P99)> BehaveAsync(SteadyDevices steady, Func<Task<Crowd>> open)
    {
        var p99 = new List<double>();
        var megabytes = await shared.Rig.Watch.PeakAsync(async () =>
        {
            using var crowd = await open();
            for (var window = 0; window < Windows; window++) p99.Add(await steady.P99Async(() => Task.Delay(Window)));
        });
        return (megabytes, p99.Order().ElementAt(Windows / 2));
    }

    private async Task<(double Megabytes, double P99)> AnnounceAsync(SteadyDevices steady, Func<Task<Crowd>> open, byte[] announcement)
    {
        var p99 = new List<double>();
        var megabytes = await shared.Rig.Watch.PeakAsync(async () =>
        {
            for (var window = 0; window < Windows; window++)
            {
                using var crowd = await open();
                p99.Add(await steady.P99Async(() => crowd.SendAsync(announcement, Window)));
                await crowd.ClosedAsync(CloseLimit);
            }
        });
        return (megabytes, p99.Order().ElementAt(Windows / 2));
    }
}
