using System.Globalization;
using System.Text.RegularExpressions;
using SmartCityIoT.EndToEnd.Tests.Faults.Rig;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults;

/// <summary>A link that dies without a word, and a broker that forgets.</summary>
public sealed partial class BrokerFaultTests
{
    private const int PerSecond = 1_000;

    [Fact]
    public async Task A_link_that_is_cut_half_open_again_and_again_loses_nothing()
    {
        await using var rig = await FaultRig.StartAsync("--SmartCity:Mqtt:Broker:KeepAlive", "00:00:02");
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(3, 20); round++)
        {
            await rig.FlowsAsync(1_000);

            // Both ways, then acknowledgements alone get stuck, then messages alone.
            var connections = rig.Link.Accepted;
            rig.Link.Cut(up: round % 3 != 2, down: round % 3 != 1);
            await Eventually.IsAsync(() => Task.FromResult(rig.Link.Accepted), accepted => accepted > connections, "connections of the platform after the link was cut");
            await rig.FlowsAsync(500);
            await rig.Link.DropAsync();
        }

        await rig.FlowsAsync(1_000);
        await rig.SettleAsync();
    }

    [Fact]
    public async Task A_broker_that_restarts_without_its_memory_is_a_possible_loss_and_what_the_platform_acknowledged_is_all_there()
    {
        await using var rig = await FaultRig.StartAsync(["persistence false"], []);
        rig.Load.Flow(PerSecond);
        for (var round = 0; round < FaultForm.Choose(2, 10); round++)
        {
            await rig.FlowsAsync(1_000);
            var before = DateTimeOffset.UtcNow;
            var subscribed = Subscriptions(rig);
            await rig.Broker.KillAsync();
            await rig.Broker.StartAsync();
            await Eventually.IsAsync(() => Task.FromResult(Subscriptions(rig)), count => count > subscribed, "subscriptions after the broker restarted");
            await rig.AlertAsync("platform.possible-loss", stands: true);
            var window = Window().Matches((await rig.Platform.GetAsync("/api/v1/alerts")).ToString()).Select(match => (From: Time(match, "from"), To: Time(match, "to"))).Last();
            Assert.True(window.From <= window.To, $"{window}");
            Assert.True(round > 0 || window.To >= before, $"{window} ends before the broker was killed at {before:O}");
        }

        // What is sent from now on is safe, and comes after all that was left of the time before.
        rig.Load.NextBoot();
        await rig.FlowsAsync(1_000);
        await rig.Load.QuietAsync();
        var boot = rig.Load.Boot;
        var last = rig.Load.Log.Acknowledged.Keys.Where(key => key.Boot == boot).ToList();
        await Eventually.IsAsync(() => Task.FromResult(last.Except(rig.Link.Acknowledged.Frames).Count()), open => open == 0, "messages that the platform has not acknowledged");
        var platformAcknowledged = rig.Link.Acknowledged.Frames;
        await Eventually.IsAsync(async () => await StoredFrames.CountAsync(rig.Influx, FaultRig.Database), count => count >= platformAcknowledged.Count, "rows in the store");
        await rig.BalancedAsync();
        await rig.CheckAsync(await StoredFrames.ReadAsync(rig.Influx, FaultRig.Database, FaultRig.Devices), promised: platformAcknowledged);
    }

    private static int Subscriptions(FaultRig rig) => Regex.Count(rig.Said, "Subscribed at the broker");

    private static DateTimeOffset Time(Match match, string end) => DateTimeOffset.Parse(match.Groups[end].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"from (?<from>\d{4}-\d\d-\d\dT\S+) to (?<to>\d{4}-\d\d-\d\dT\S+?)(?= |"")")]
    private static partial Regex Window();
}
