using System.Diagnostics.CodeAnalysis;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>All devices, areas and models as of one audit row. Immutable.</summary>
internal sealed class DeviceSnapshot
{
    private readonly Dictionary<ulong, DeviceEntry> byId;

    /// <param name="devices">In the order of their ids.</param>
    public DeviceSnapshot(DeviceEntry[] devices, AreaTree areas, IReadOnlyList<DeviceModel> models, long auditNumber)
        : this(devices, areas, models, auditNumber, devices.ToDictionary(entry => entry.Id))
    {
    }

    private DeviceSnapshot(
        DeviceEntry[] devices, AreaTree areas, IReadOnlyList<DeviceModel> models, long auditNumber, Dictionary<ulong, DeviceEntry> byId)
    {
        Devices = devices;
        Areas = areas;
        Models = models;
        AuditNumber = auditNumber;
        this.byId = byId;
    }

    public static DeviceSnapshot Empty { get; } = new([], AreaTree.Empty, [], 0);

    public DeviceEntry[] Devices { get; }

    public AreaTree Areas { get; }

    public IReadOnlyList<DeviceModel> Models { get; }

    /// <summary>Number of the newest audit row that the snapshot has in it.</summary>
    public long AuditNumber { get; }

    public bool TryGet(ulong device, [NotNullWhen(true)] out DeviceEntry? entry) => byId.TryGetValue(device, out entry);

    /// <summary>A snapshot with some devices taken from <paramref name="changed"/>, new ones among them.</summary>
    public DeviceSnapshot With(IReadOnlyCollection<DeviceEntry> changed, long auditNumber)
    {
        if (changed.Count == 0) return new(Devices, Areas, Models, auditNumber, byId);
        var merged = new Dictionary<ulong, DeviceEntry>(byId);
        foreach (var entry in changed) merged[entry.Id] = entry;
        var devices = merged.Values.ToArray();
        Array.Sort(devices, static (left, right) => left.Id.CompareTo(right.Id));
        return new(devices, Areas, Models, auditNumber, merged);
    }

    public DeviceSnapshot With(AreaTree areas, IReadOnlyList<DeviceModel> models) => new(Devices, areas, models, AuditNumber, byId);
}
