using System.Diagnostics.CodeAnalysis;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>All devices, gateways, areas and models as of one audit row. Immutable.</summary>
internal sealed record DeviceSnapshot
{
    private readonly Dictionary<ulong, DeviceEntry> devicesById = [];
    private readonly Dictionary<string, GatewayEntry> gatewaysByName = new(StringComparer.Ordinal);
    private readonly DeviceEntry[] devices = [];
    private readonly GatewayEntry[] gateways = [];

    public static DeviceSnapshot Empty { get; } = new();

    /// <summary>In the order of their ids.</summary>
    public DeviceEntry[] Devices
    {
        get => devices;
        init
        {
            devices = value;
            devicesById = value.ToDictionary(entry => entry.Id);
        }
    }

    /// <summary>In the order of their names.</summary>
    public GatewayEntry[] Gateways
    {
        get => gateways;
        init
        {
            gateways = value;
            gatewaysByName = value.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        }
    }

    public AreaTree Areas { get; init; } = AreaTree.Empty;

    public IReadOnlyList<DeviceModel> Models { get; init; } = [];

    /// <summary>Number of the newest audit row that the snapshot has in it.</summary>
    public long AuditNumber { get; init; }

    public bool TryGet(ulong device, [NotNullWhen(true)] out DeviceEntry? entry) => devicesById.TryGetValue(device, out entry);

    public bool TryGetGateway(string name, [NotNullWhen(true)] out GatewayEntry? entry) => gatewaysByName.TryGetValue(name, out entry);

    /// <summary>A snapshot with some devices taken from <paramref name="changed"/>, new ones among them.</summary>
    public DeviceSnapshot With(IReadOnlyCollection<DeviceEntry> changed)
    {
        if (changed.Count == 0) return this;
        var merged = new Dictionary<ulong, DeviceEntry>(devicesById);
        foreach (var entry in changed) merged[entry.Id] = entry;
        return this with { Devices = [.. merged.Values.OrderBy(entry => entry.Id)] };
    }

    /// <summary>A snapshot with some gateways taken from <paramref name="changed"/>, new ones among them.</summary>
    public DeviceSnapshot With(IReadOnlyCollection<GatewayEntry> changed)
    {
        if (changed.Count == 0) return this;
        var merged = new Dictionary<string, GatewayEntry>(gatewaysByName, StringComparer.Ordinal);
        foreach (var entry in changed) merged[entry.Name] = entry;
        return this with { Gateways = [.. merged.Values.OrderBy(entry => entry.Name, StringComparer.Ordinal)] };
    }
}
