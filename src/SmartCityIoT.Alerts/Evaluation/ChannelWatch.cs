using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Evaluation;

/// <summary>What the rules of one sector remember of one channel of a device.</summary>
internal sealed class ChannelWatch(ulong device, int channel, SectorRules rules)
{
    private DeviceEntry? boundTo;
    private SectorSchema boundSchema = SectorSchema.None;
    private CompiledLimit[] plan = [];
    private DeviceEntry? clockOf;
    private ClockLimit[] clockPlan = [];

    public ulong Device => device;

    public int Channel => channel;

    public SectorRules Rules => rules;

    public RuleSlot[] Slots { get; } = new RuleSlot[rules.SlotCount];

    /// <summary>The limits that <see cref="PlanFor"/> found last.</summary>
    public ReadOnlySpan<CompiledLimit> Plan => plan;

    /// <summary>Whether <see cref="Plan"/> is that of the entry and layout.</summary>
    public bool IsBound(DeviceEntry entry, SectorSchema schema) => ReferenceEquals(entry, boundTo) && ReferenceEquals(schema, boundSchema);

    /// <summary>The limits for this device and layout; looked up again only when one of them changed.</summary>
    public CompiledLimit[] PlanFor(DeviceEntry entry, SectorSchema schema)
    {
        if (IsBound(entry, schema)) return plan;
        boundTo = entry;
        boundSchema = schema;
        return plan = rules.PlanFor(schema, entry.Model, entry.Area, entry.Site?.Code ?? "");
    }

    /// <summary>The limits for this device's clock; looked up again only when the device changed.</summary>
    public ClockLimit[] ClockPlanFor(DeviceEntry entry)
    {
        if (ReferenceEquals(entry, clockOf)) return clockPlan;
        clockOf = entry;
        return clockPlan = rules.ClockPlanFor(entry.Model, entry.Area, entry.Site?.Code ?? "");
    }

    /// <summary>Whether a rule's limit holds for the device at a time; true before the first reading, when nothing is known yet.</summary>
    public bool IsWatching(int slot, DeviceEntry entry, long milliseconds)
    {
        if (rules.RuleAt(slot).Kind == RuleKind.Clock)
        {
            return Array.Exists(ClockPlanFor(entry), limit => limit.Slot == slot && limit.Limit.HoldsAt(milliseconds));
        }

        if (boundTo is null) return rules.RuleAt(slot).IsFor(rules.Sector, entry.Model, entry.Area);
        foreach (var limit in PlanFor(entry, boundSchema))
        {
            if (limit.Slot == slot && limit.Limit.HoldsAt(milliseconds)) return true;
        }

        return false;
    }
}
