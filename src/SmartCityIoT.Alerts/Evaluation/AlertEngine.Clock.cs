using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Devices;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.Alerts.Evaluation;

// A wrong clock spoils the history quietly, since its times are used all the same while they lie in the window.
public sealed partial class AlertEngine
{
    /// <summary>Frames that measure no clock: the device says itself that its time is wrong or old, or is only being tried out.</summary>
    private const FrameFlags NoClockFlags = FrameFlags.ClockNotSynchronised | NotLiveFlags;

    /// <summary>
    /// Holds the skew of a frame against the clock rules of its device's sector. Before the frame's readings are evaluated: it compares with when the
    /// device was heard before. 0 B while nothing changes.
    /// </summary>
    /// <param name="skew">Milliseconds that the device's clock is ahead of receipt.</param>
    /// <param name="isLate">The frame is older than the newest of its series, so that it may have waited somewhere.</param>
    /// <param name="position">Journal position of the record that the frame came in.</param>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public void EvaluateClock(in FrameHeader header, long skew, bool isLate, long position, long receivedAt)
    {
        if ((header.Flags & NoClockFlags) != 0) return;
        var entry = EntryOf(header.Device, out var watch);
        if (entry is null || entry.Lifecycle == Lifecycle.Retired) return;
        watch ??= WatchOf(header.Device);
        if ((watch.RulesOf(0) ?? rules.ForSector(entry.Sector)) is not { SlotCount: > 0 } sector) return;
        var channel = watch.ChannelOf(0, sector, out _);
        foreach (var limit in channel.ClockPlanFor(entry))
        {
            if (!limit.Limit.HoldsAt(receivedAt)) continue;
            ref var slot = ref channel.Slots[limit.Slot];
            var step = TakeSkew(ref slot, limit, skew, receivedAt, mayHaveWaited: isLate || watch.HeardAt == 0 || receivedAt + skew >= watch.HeardAt);
            if (step == RuleStep.None) continue;
            MarkUnsaved(channel, limit.Slot);
            if (step == RuleStep.Clear) transitions.Add(new AlertClear(watch.Device, 0, limit.Rule.Id, receivedAt, skew / 1000.0, null));
            if (step != RuleStep.Raise) continue;
            var draft = Draft(limit.Rule, AlertKind.Clock, entry) with
            {
                Unit = "s",
                Value = skew / 1000.0,
                Threshold = (double)limit.Limit.Raise,
                RaisedAt = receivedAt,
            };
            transitions.Add(new AlertRaise(draft, position, 0));
        }
    }

    /// <summary>
    /// The states of <see cref="RuleSlot"/> in receive time. A clock that is ahead is wrong at once, as is one that is behind the moment at which
    /// the device was heard before. A frame from after that moment may have waited for a broken link, and so may one out of its order, or
    /// the first of a device: the clock is wrong only when the frames that were sent after the first of them came are behind too, or all of them for as long as the limit.
    /// </summary>
    private static RuleStep TakeSkew(ref RuleSlot slot, ClockLimit limit, long skew, long receivedAt, bool mayHaveWaited)
    {
        var now = receivedAt * 1000;
        if (slot.IsRaised) return limit.IsGood(skew) ? slot.Enter(RuleState.Idle, 0, RuleStep.Clear) : RuleStep.None;
        if (!limit.IsBad(skew)) return slot.State == RuleState.Idle ? RuleStep.None : slot.Enter(RuleState.Idle, 0, RuleStep.Change);
        if (skew > 0) return slot.Enter(RuleState.Active, now, RuleStep.Raise);
        if (slot.State == RuleState.Idle)
        {
            return mayHaveWaited ? slot.Enter(RuleState.Pending, now, RuleStep.Change) : slot.Enter(RuleState.Active, now, RuleStep.Raise);
        }

        var sentAt = (receivedAt + skew) * 1000;
        return sentAt > slot.Since || now - slot.Since >= limit.Raise * 1000 ? slot.Enter(RuleState.Active, now, RuleStep.Raise) : RuleStep.None;
    }
}
