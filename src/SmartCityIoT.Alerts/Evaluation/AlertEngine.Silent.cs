using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Alerts.Evaluation;

// Silence is measured in receive time: a device that sends old data is alive.
public sealed partial class AlertEngine
{
    private const long SweepEvery = 60_000;
    private long sweptAt;
    private long loadedPosition;

    /// <summary>Start of the process, or the end of the last blindness: each device gets one interval from here to be heard.</summary>
    private long graceFrom;

    /// <summary>
    /// Looks for devices that have sent no telemetry for the intervals that their rule allows, takes in what the platform's parts reported,
    /// and ends alerts whose rule or device does not exist any more. About once a second.
    /// </summary>
    /// <param name="now">
    /// Unix milliseconds up to which the journal has been read: the time of day while the consumer keeps up, and the receive time of its
    /// newest record while it is behind, since a message that waits in the journal is no silence.
    /// </param>
    public void Tick(long now)
    {
        TakeReports(now);
        var sweeps = now - sweptAt >= SweepEvery;
        if (sweeps) sweptAt = now;
        foreach (var entry in devices.All)
        {
            if (entry.Lifecycle == Lifecycle.Retired) continue;
            var watch = WatchOf(entry.Id);
            watch.Bind(entry, rules, now, sweeps);
            if (watch.Rule is { } rule && watch.SilentRule is null && !platform.IsBlind) WatchSilence(watch, entry, rule, now);
        }

        if (sweeps) Sweep(now);
    }

    private void WatchSilence(DeviceWatch watch, DeviceEntry entry, AlertRule rule, long now)
    {
        var due = Math.Max(Math.Max(watch.HeardAt, watch.ExpectedSince) + watch.Allowed, graceFrom + (entry.IntervalSeconds * 1000L));
        if (now <= due) return;
        watch.SilentRule = rule.Id;
        var draft = Draft(rule, AlertKind.Silent, entry) with
        {
            Unit = "s",
            Value = watch.HeardAt == 0 ? null : (now - watch.HeardAt) / 1000,
            Threshold = watch.Allowed / 1000,
            Detail = watch.HeardAt == 0 ? "never heard" : null,
            RaisedAt = now,
        };

        // A device that this process has not heard fell silent before the position that it started from.
        transitions.Add(new AlertRaise(draft, watch.HeardPosition == 0 ? loadedPosition : watch.HeardPosition, 0));
    }

    private void Hear(DeviceWatch watch, long position, long receivedAt)
    {
        if (watch.HeardAt < receivedAt) watch.HeardAt = receivedAt;
        watch.HeardPosition = position;
        if (watch.SilentRule is not null) EndSilence(watch, receivedAt, null);
    }

    private void EndSilence(DeviceWatch watch, long at, string? why)
    {
        transitions.Add(new AlertClear(watch.Device, 0, watch.SilentRule!, at, null, why));
        watch.SilentRule = null;
    }

    /// <summary>An alert that nothing can clear any more would stand for ever.</summary>
    private void Sweep(long now)
    {
        foreach (var watch in watches.Values)
        {
            var entry = devices.TryGet(watch.Device, out var found) && found.Lifecycle != Lifecycle.Retired ? found : null;
            if (watch.SilentRule is not null && (entry is null || watch.Rule is null)) EndSilence(watch, now, Reason(entry));
            foreach (var channel in watch.Channels)
            {
                for (var slot = 0; slot < channel.Slots.Length; slot++)
                {
                    if (channel.Slots[slot].State == RuleState.Idle) continue;
                    if (entry is null || !channel.IsWatching(slot, entry, now)) Abandon(channel, slot, now, Reason(entry));
                }
            }
        }

        static string Reason(DeviceEntry? entry) => entry is null ? "the device is retired" : "the rule is not for this device any more";
    }
}
