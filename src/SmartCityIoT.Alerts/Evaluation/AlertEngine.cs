using Microsoft.Extensions.Logging;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Live;
using SmartCityIoT.Storage.Checkpoints;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Alerts.Evaluation;

/// <summary>
/// Holds every reading against the rules, and watches for devices that fall silent. Owned by the live consumer's thread: <see cref="Load"/>
/// once, then readings in the journal's order, <see cref="Tick"/> about once a second, and <see cref="Commit"/> about once a second and
/// at once when <see cref="HasTransitions"/>. Only <see cref="SetBlind"/> and <see cref="SetFault"/> may be called from any thread.
/// </summary>
/// <remarks>
/// What the engine decides becomes true with the commit that also moves the consumer's position. After a kill the records behind that
/// position are read again and decide the same again, so nothing is raised twice and no clear is lost.
/// </remarks>
public sealed partial class AlertEngine
{
    /// <summary>Readings with one of these say nothing of now, or nothing of the field: they neither raise nor clear.</summary>
    private const Quality NotLive = Quality.Late | Quality.Replayed | Quality.Test;
    private const FrameFlags NotLiveFlags = FrameFlags.Replayed | FrameFlags.Commissioning;

    private readonly Dictionary<ulong, DeviceWatch> watches = [];
    private readonly List<AlertTransition> transitions = [];
    private readonly List<(ChannelWatch Channel, int Slot)> unsaved = [];
    private readonly List<RuleMemory> forgotten = [];
    private readonly PlatformWatch platform = new();
    private readonly RuleSet rules;
    private readonly DeviceDirectory devices;
    private readonly AlertStore store;
    private readonly AlertDesk desk;
    private readonly LiveTable live;
    private readonly AlertOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<AlertEngine> logger;
    private DeviceWatch? lastWatch;

    public AlertEngine(
        RuleSet rules,
        DeviceDirectory devices,
        AlertStore store,
        AlertDesk desk,
        LiveTable live,
        AlertOptions options,
        TimeProvider time,
        ILogger<AlertEngine> logger)
    {
        this.rules = rules;
        this.devices = devices;
        this.store = store;
        this.desk = desk;
        this.live = live;
        this.options = options;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Alerts were raised or cleared that no commit has written yet.</summary>
    public bool HasTransitions => transitions.Count > 0;

    /// <summary>
    /// Holds a reading against the rules of its sector. 0 B while nothing changes.
    /// A value outside its field's plausible range neither raises nor clears: it says that a sensor or its wire is broken, not that the
    /// water or the street is in the state it claims; the reading's quality and the device's own fault bits tell of that.
    /// </summary>
    /// <param name="position">Journal position of the record that the reading came in.</param>
    /// <param name="receivedAt">Unix milliseconds.</param>
    public void Evaluate(in Reading reading, long position, long receivedAt)
    {
        var origin = reading.Origin;
        var entry = EntryOf(origin.Device, out var watch);
        if (entry is null || entry.Lifecycle == Lifecycle.Retired) return;
        watch ??= WatchOf(origin.Device);
        Hear(watch, position, receivedAt);
        if ((origin.Quality & NotLive) != 0 || (origin.Flags & NotLiveFlags) != 0) return;
        if ((watch.Bound(reading.Channel, entry, reading.Schema) ?? Bind(watch, entry, reading, receivedAt)) is not { } channel) return;

        var presence = reading.Presence;
        var values = reading.Raw;
        var slots = channel.Slots;
        foreach (var limit in channel.Plan)
        {
            if ((presence & limit.Mask) == 0) continue;
            var raw = values[limit.Bit];

            // As it nearly always is: nothing wrong, and nothing remembered.
            if (slots[limit.Slot].State == RuleState.Idle && !limit.IsBad(raw)) continue;
            Judge(limit, channel, entry, reading, raw, position);
        }
    }

    private void Judge(CompiledLimit limit, ChannelWatch channel, DeviceEntry entry, in Reading reading, long raw, long position)
    {
        var at = reading.Origin.TimeMicroseconds;
        if (at < limit.From || at >= limit.To) return;
        if (!limit.Field.IsPlausible(raw)) return;
        var step = channel.Slots[limit.Slot].Take(limit, raw, at);
        if (step == RuleStep.None) return;
        MarkUnsaved(channel, limit.Slot);
        if (step == RuleStep.Raise) Raise(limit, entry, reading, raw, position);
        if (step == RuleStep.Clear) Clear(limit, channel, raw, at);
    }

    /// <summary>The channel's memory, bound to the device and layout as they are now; null where no rule is for the layout's sector.</summary>
    private ChannelWatch? Bind(DeviceWatch watch, DeviceEntry entry, in Reading reading, long receivedAt)
    {
        if (rules.ForSector(reading.Schema.SectorName) is not { SlotCount: > 0 } sector) return null;
        var channel = watch.ChannelOf(reading.Channel, sector, out var outdated);
        if (outdated is not null) Abandon(outdated, receivedAt, "the device changed its sector");
        channel.PlanFor(entry, reading.Schema);
        return channel;
    }

    /// <summary>The device as the directory has it, with what is remembered of it; null for one that it does not have.</summary>
    private DeviceEntry? EntryOf(ulong device, out DeviceWatch? watch)
    {
        // Asked twice or more for each message of a device.
        watch = lastWatch;
        if (watch?.Device != device && !watches.TryGetValue(device, out watch)) return devices.TryGet(device, out var entry) ? entry : null;
        lastWatch = watch;
        return watch.EntryIn(devices);
    }

    /// <summary>
    /// Writes what happened since the last commit, the consumer's position and its device states in one transaction, and shows it.
    /// When it throws, nothing was written and the same commit may be tried again.
    /// </summary>
    /// <param name="position">Last record that was evaluated.</param>
    /// <param name="changedStates">Device states of the consumer that changed since its last commit.</param>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The disk is full or failing.</exception>
    public void Commit(long position, IReadOnlyList<DeviceState> changedStates)
    {
        var memory = new List<RuleMemory>(forgotten);
        foreach (var (channel, slot) in unsaved)
        {
            var held = channel.Slots[slot];
            memory.Add(new RuleMemory(channel.Device, channel.Channel, channel.Rules.RuleAt(slot).Id, held.State, held.Since));
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var prunes = now - prunedAt >= PruneEvery;
        var changed = desk.Commit(position, changedStates, transitions, memory, prunes ? now - options.RetentionDays * DayMilliseconds : null);
        if (prunes) prunedAt = now;

        foreach (var (channel, slot) in unsaved) channel.Slots[slot].IsUnsaved = false;
        unsaved.Clear();
        forgotten.Clear();
        transitions.Clear();
        foreach (var alert in changed)
        {
            // The screens' device rows carry the number of alerts.
            if (alert.Device is { } device) live.Touch(device);
            else LogPlatform(alert);
        }
    }

    private DeviceWatch WatchOf(ulong device)
    {
        if (watches.TryGetValue(device, out var watch)) return watch;
        watch = new DeviceWatch(device);

        // After a restart the live table knows from the store when the device was last heard.
        if (live.TryGet(device, out var row) && row.Link.LastSeen is { } seen) watch.HeardAt = seen;
        watch.ExpectedSince = watch.HeardAt;
        watches.Add(device, watch);
        return watch;
    }

    private void MarkUnsaved(ChannelWatch channel, int slot)
    {
        if (channel.Slots[slot].IsUnsaved) return;
        channel.Slots[slot].IsUnsaved = true;
        unsaved.Add((channel, slot));
    }

    private void Raise(CompiledLimit limit, DeviceEntry entry, in Reading reading, long raw, long position)
    {
        var rule = limit.Rule;
        var draft = Draft(rule, AlertKind.Threshold, entry) with
        {
            Channel = reading.Channel,
            Field = rule.Field,
            Unit = limit.Field.Unit,
            Value = limit.Field.Scale.ToPhysical(raw),
            Threshold = (double)limit.Limit.Raise,
            RaisedAt = reading.Origin.TimeMicroseconds / 1000,
        };
        transitions.Add(new AlertRaise(draft, position, reading.Origin.Sample));
    }

    private void Clear(CompiledLimit limit, ChannelWatch channel, long raw, long at) =>
        transitions.Add(new AlertClear(channel.Device, channel.Channel, limit.Rule.Id, at / 1000, limit.Field.Scale.ToPhysical(raw), null));

    /// <summary>Ends what the rules say of a channel, for a reason that no value tells.</summary>
    private void Abandon(ChannelWatch channel, long at, string why)
    {
        for (var slot = 0; slot < channel.Slots.Length; slot++) Abandon(channel, slot, at, why);
    }

    private void Abandon(ChannelWatch channel, int slot, long at, string why)
    {
        ref var held = ref channel.Slots[slot];
        if (held.State == RuleState.Idle) return;
        if (held.IsRaised) transitions.Add(new AlertClear(channel.Device, channel.Channel, channel.Rules.RuleAt(slot).Id, at, null, why));
        held.Reset();
        MarkUnsaved(channel, slot);
    }

    private static Alert Draft(AlertRule rule, AlertKind kind, DeviceEntry entry) => new()
    {
        Id = 0,
        Kind = kind,
        Rule = rule.Id,
        LabelVi = rule.LabelVi,
        LabelEn = rule.LabelEn,
        Severity = rule.Severity,
        Device = entry.Id,
        DeviceName = entry.Name,
        Area = entry.Area,
        Sector = entry.Sector,
        RaisedAt = 0,
    };
}
