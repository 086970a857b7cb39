using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;

namespace SmartCityIoT.Alerts.Evaluation;

public sealed partial class AlertEngine
{
    private const long DayMilliseconds = 86_400_000;
    private const long PruneEvery = 3_600_000;
    private long prunedAt;

    /// <summary>
    /// Takes over where the last process stopped: open alerts, acknowledged ones included, and running dwells. Once, when the device directory
    /// is filled and the live table is seeded.
    /// </summary>
    /// <returns>Where the consumer goes on.</returns>
    public LiveCheckpoint Load()
    {
        startedAt = graceFrom = time.GetUtcNow().ToUnixTimeMilliseconds();
        var checkpoint = store.LoadCheckpoint();
        loadedPosition = checkpoint.Position;

        // Before the first frame moves the live table: what it knows now is when each device was heard before the stop.
        foreach (var entry in devices.All) WatchOf(entry.Id);
        foreach (var memory in store.LoadMemory()) Recall(memory);
        var open = store.Ask(AlertReader.Open);
        foreach (var alert in open) Resume(alert);
        ForgetRaisedWithoutAlert(open);
        AlertLog.Loaded(logger, rules.Rules.Count, open.Count, checkpoint.Position);
        return checkpoint;
    }

    private void Recall(RuleMemory memory)
    {
        if (SlotOf(memory.Rule, memory.Device, memory.Channel, out var channel, out var slot))
        {
            channel.Slots[slot].State = memory.State;
            channel.Slots[slot].Since = memory.Since;
        }
        else
        {
            forgotten.Add(memory with { State = RuleState.Idle });
        }
    }

    private void Resume(Alert alert)
    {
        if (alert.Kind == AlertKind.Platform)
        {
            platform.Restore(alert.Rule[PlatformPrefix.Length..]);
        }
        else if (alert.Kind == AlertKind.Silent && rules.Find(alert.Rule) is { Kind: RuleKind.Silent })
        {
            WatchOf(alert.Device!.Value).SilentRule = alert.Rule;
        }
        else if (alert.Kind is AlertKind.Threshold or AlertKind.Clock && SlotOf(alert.Rule, alert.Device!.Value, alert.Channel, out var channel, out var slot))
        {
            if (channel.Slots[slot].IsRaised) return;
            channel.Slots[slot].State = RuleState.Active;
            channel.Slots[slot].Since = alert.RaisedAt * 1000;
            MarkUnsaved(channel, slot);
        }
        else
        {
            transitions.Add(new AlertClear(alert.Device, alert.Channel, alert.Rule, startedAt, null, "the rule does not exist any more"));
        }
    }

    /// <summary>A slot that says "raised" while no alert is open would never raise again.</summary>
    private void ForgetRaisedWithoutAlert(IEnumerable<Alert> open)
    {
        var raised = open.Select(alert => (alert.Device, alert.Channel, alert.Rule)).ToHashSet();
        foreach (var channel in watches.Values.SelectMany(watch => watch.Channels))
        {
            for (var slot = 0; slot < channel.Slots.Length; slot++)
            {
                if (!channel.Slots[slot].IsRaised || raised.Contains((channel.Device, channel.Channel, channel.Rules.RuleAt(slot).Id))) continue;
                channel.Slots[slot].Reset();
                MarkUnsaved(channel, slot);
            }
        }
    }

    private bool SlotOf(string ruleId, ulong device, int number, out ChannelWatch channel, out int slot)
    {
        channel = null!;
        slot = -1;
        if (rules.Find(ruleId) is not { Kind: RuleKind.Threshold or RuleKind.Clock } rule || rules.ForSector(rule.Sector) is not { } sector) return false;
        channel = WatchOf(device).ChannelOf(number, sector, out _);
        slot = sector.SlotOf(ruleId);
        return true;
    }
}
