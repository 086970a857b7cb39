using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>
/// A thousand connections send half a packet and then the end of the stream, which a reader that waits for the rest finds ready again and again: all are
/// closed, and a second later the platform idles as before.
/// </summary>
[Collection(SharedRig.Users.Name)]
public sealed class HalfPacketTests(SharedRig shared)
{
    /// <summary>Times that it is measured; the median decides.</summary>
    private static readonly int Rounds = FaultForm.Choose(1, 5);

    /// <summary>The share of one core that the platform may take beyond what it takes when it idles.</summary>
    private const double MostOfACore = 0.2;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_crowd_of_strangers_that_sends_half_a_CONNECT_and_ends_is_closed_and_costs_nothing_more()
    {
        var rig = shared.Rig;
        var (id, secret) = rig.Devices[0];
        var half = Packets.Login(id, secret, isVersion5: true)[..30];
        await MeasureAsync(rig, () => Crowd.ConnectAsync(rig.Port, AbuseRig.Crowd), half);
    }

    [Fact]
    public async Task A_crowd_of_devices_that_sends_half_a_PUBLISH_and_ends_is_closed_and_costs_nothing_more()
    {
        var rig = shared.Rig;
        var half = Packets.PublishOnce(GoldenFrames.Topic(rig.Devices[0].Id), new byte[100], 1, isAgain: false, isVersion5: false)[..60];
        await MeasureAsync(rig, () => Crowd.LogInAsync(rig.Port, rig.Devices), half);
    }

    private static async Task MeasureAsync(AbuseRig rig, Func<Task<Crowd>> open, byte[] half)
    {
        var idle = await IdleAsync(rig);
        var busy = await MedianAsync(async () =>
        {
            using var crowd = await open();
            crowd.Send(half);
            crowd.Finish();
            var closed = crowd.ClosedAsync(CloseLimit);
            await Task.Delay(Grace);
            var share = await rig.Watch.CoreShareAsync(Window);
            await closed;
            return share;
        });
        Said.Line($"of one core: {idle:P1} while it idles, {busy:P1} from one second after {AbuseRig.Crowd} half packets with their end, median of {Rounds}");
        Assert.True(busy <= idle + MostOfACore, $"the platform took {idle:P1} of a core before and {busy:P1} after");
        Assert.True(await rig.LetsInAsync());
        rig.AssertNoDefect();
    }

    /// <summary>What the platform takes when it has nothing to do, once it has ended what it does at its start.</summary>
    private static Task<double> IdleAsync(AbuseRig rig) =>
        Eventually.IsAsync(() => rig.Watch.CoreShareAsync(Window), share => share <= MostOfACore / 2, "the share of a core that the platform takes when it idles");

    private static async Task<double> MedianAsync(Func<Task<double>> measure)
    {
        var values = new List<double>();
        for (var round = 0; round < Rounds; round++) values.Add(await measure());
        return values.Order().ElementAt(Rounds / 2);
    }
}
