using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Evaluation;

/// <summary>What the engine knows of one device.</summary>
internal sealed class DeviceWatch(ulong device)
{
    private readonly List<ChannelWatch> channels = [];
    private DeviceEntry? boundTo;
    private DeviceEntry? entry;
    private long entryRevision = -1;

    public ulong Device => device;

    public IReadOnlyList<ChannelWatch> Channels => channels;

    /// <summary>Receive time of the newest telemetry, Unix milliseconds; 0 while none is known.</summary>
    public long HeardAt { get; set; }

    /// <summary>Journal position of the newest telemetry; 0 while none is known.</summary>
    public long HeardPosition { get; set; }

    /// <summary>From when on the device is expected to report, Unix milliseconds; 0 while it is not.</summary>
    public long ExpectedSince { get; set; }

    /// <summary>The silent rule whose alert is open, or null.</summary>
    public string? SilentRule { get; set; }

    /// <summary>The silent rule for this device, or null.</summary>
    public AlertRule? Rule { get; private set; }

    /// <summary>Milliseconds without telemetry that the rule allows.</summary>
    public long Allowed { get; private set; }

    /// <summary>The device as the directory has it, looked up again only when the directory has changed; null for one that it does not have.</summary>
    public DeviceEntry? EntryIn(DeviceDirectory directory)
    {
        // The revision is read first: a change that comes between is then looked up twice, and never missed.
        var revision = directory.Revision;
        if (revision == entryRevision) return entry;
        entry = directory.TryGet(Device, out var found) ? found : null;
        entryRevision = revision;
        return entry;
    }

    /// <summary>The channel's memory where it is bound to this entry and layout already; else null.</summary>
    public ChannelWatch? Bound(int channel, DeviceEntry to, SectorSchema schema)
    {
        foreach (var watch in channels)
        {
            if (watch.Channel == channel) return watch.IsBound(to, schema) ? watch : null;
        }

        return null;
    }

    /// <summary>The channel's memory; a new one where the device changed its sector, with the old one in <paramref name="outdated"/>.</summary>
    public ChannelWatch ChannelOf(int channel, SectorRules rules, out ChannelWatch? outdated)
    {
        outdated = null;
        for (var i = 0; i < channels.Count; i++)
        {
            if (channels[i].Channel != channel) continue;
            if (ReferenceEquals(channels[i].Rules, rules)) return channels[i];
            outdated = channels[i];
            channels.RemoveAt(i);
            break;
        }

        var added = new ChannelWatch(device, channel, rules);
        channels.Add(added);
        return added;
    }

    /// <summary>The rules that the channel's memory belongs to; null where there is none yet.</summary>
    public SectorRules? RulesOf(int channel)
    {
        foreach (var each in channels)
        {
            if (each.Channel == channel) return each.Rules;
        }

        return null;
    }

    /// <summary>Finds the device's silent rule again, where the registry says something else than before or time may have changed the limit.</summary>
    public void Bind(DeviceEntry entry, RuleSet rules, long now, bool anew)
    {
        if (ReferenceEquals(entry, boundTo) && !anew) return;
        boundTo = entry;
        if (entry.Lifecycle != Lifecycle.InService)
        {
            ExpectedSince = 0;
            Rule = null;
            return;
        }

        if (ExpectedSince == 0) ExpectedSince = now;
        Rule = rules.ForSector(entry.Sector)?.SilentFor(entry.Model, entry.Area, entry.Site?.Code ?? "");
        var limit = Rule?.Limits.FirstOrDefault(each => each.HoldsAt(now));
        if (limit is null) Rule = null;
        else Allowed = (long)(limit.Raise * entry.IntervalSeconds * 1000);
    }
}
