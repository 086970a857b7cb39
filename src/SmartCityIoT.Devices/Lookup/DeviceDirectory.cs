using System.Diagnostics.CodeAnalysis;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>
/// All provisioned devices and gateways in memory, for those who ask for each message. Readers take no lock and see one whole state; writes
/// of this process show when the write returns, those of another process within <see cref="DeviceOptions.RefreshMilliseconds"/>.
/// </summary>
public sealed class DeviceDirectory : IDisposable
{
    private readonly Lock refreshing = new();
    private readonly DirectoryReader reader;
    private volatile DeviceSnapshot current = DeviceSnapshot.Empty;

    internal DeviceDirectory(DeviceDatabase database) => reader = new DirectoryReader(database);

    /// <summary>
    /// Raised after a refresh that changed something, on the thread that refreshed, one at a time. Handlers must be quick and
    /// must not write to the registry.
    /// </summary>
    public event Action<DeviceDirectoryChange>? Changed;

    /// <summary>Changes with everything that the directory says: who keeps an entry asks again when this is another. 0 B, no lock.</summary>
    public long Revision => current.AuditNumber;

    /// <summary>All devices, the retired ones included, in the order of their ids.</summary>
    public IReadOnlyList<DeviceEntry> All => current.Devices;

    public AreaTree Areas => current.Areas;

    /// <summary>Models in the order of their codes.</summary>
    public IReadOnlyList<DeviceModel> Models => current.Models;

    /// <summary>The device of that id. 0 B, no lock.</summary>
    public bool TryGet(ulong device, [NotNullWhen(true)] out DeviceEntry? entry) => current.TryGet(device, out entry);

    /// <summary>All gateways, the retired ones included, in the order of their names.</summary>
    public IReadOnlyList<GatewayEntry> Gateways => current.Gateways;

    /// <summary>The gateway of that name. 0 B, no lock.</summary>
    public bool TryGetGateway(string name, [NotNullWhen(true)] out GatewayEntry? entry) => current.TryGetGateway(name, out entry);

    /// <summary>Devices that stand in an area as <see cref="AreaTree.Resolve"/> understands it, in the order of their ids.</summary>
    public IReadOnlyList<DeviceEntry> DevicesIn(string areaCode) => Search(area: areaCode);

    /// <summary>Devices that fit all that is asked, in the order of their ids.</summary>
    /// <param name="text">Words that id, name or site must contain, in any order, whatever the accents. Null or blank: any.</param>
    /// <param name="area">Code of an area, or null for any. Nothing stands in an area that is not known.</param>
    /// <param name="sector">Name of a sector, or null for any.</param>
    public IReadOnlyList<DeviceEntry> Search(string? text = null, string? area = null, string? sector = null)
    {
        var snapshot = current;
        var areas = area is null ? null : snapshot.Areas.Resolve(area);
        var terms = text is null ? [] : SearchText.Terms(text);
        if (areas is null && sector is null && terms.Length == 0) return snapshot.Devices;

        var found = new List<DeviceEntry>();
        foreach (var entry in snapshot.Devices)
        {
            if (sector is not null && entry.Sector != sector) continue;
            if (areas is not null && !areas.Contains(entry.Area)) continue;
            if (Array.TrueForAll(terms, term => entry.SearchKey.Contains(term, StringComparison.Ordinal))) found.Add(entry);
        }

        return found;
    }

    public void Dispose()
    {
        lock (refreshing) reader.Dispose();
    }

    /// <summary>Reads what was written since the last refresh, if anything was.</summary>
    /// <returns>Whether something changed.</returns>
    internal bool Refresh()
    {
        lock (refreshing)
        {
            var before = current;
            var after = reader.Read(before);
            if (ReferenceEquals(after, before)) return false;
            current = after;

            var gateways = ChangedGateways(before, after);
            var change = new DeviceDirectoryChange(
                ChangedDevices(before, after), !ReferenceEquals(before.Areas, after.Areas), gateways, Shortened(gateways, before, after));
            if (change.Devices.Count == 0 && change.Gateways.Count == 0 && !change.AreasChanged) return false;
            Changed?.Invoke(change);
            return true;
        }
    }

    private static List<ulong> ChangedDevices(DeviceSnapshot before, DeviceSnapshot after)
    {
        var changed = new List<ulong>();
        if (ReferenceEquals(before.Devices, after.Devices)) return changed;
        foreach (var entry in after.Devices)
        {
            if (!before.TryGet(entry.Id, out var former) || !ReferenceEquals(former, entry)) changed.Add(entry.Id);
        }

        return changed;
    }

    private static List<string> ChangedGateways(DeviceSnapshot before, DeviceSnapshot after)
    {
        var changed = new List<string>();
        if (ReferenceEquals(before.Gateways, after.Gateways)) return changed;
        foreach (var entry in after.Gateways)
        {
            if (!before.TryGetGateway(entry.Name, out var former) || !ReferenceEquals(former, entry)) changed.Add(entry.Name);
        }

        return changed;
    }

    private static List<string> Shortened(List<string> gateways, DeviceSnapshot before, DeviceSnapshot after) => gateways.FindAll(
        name => before.TryGetGateway(name, out var former) && after.TryGetGateway(name, out var entry) && former.Devices.Any(device => !entry.Lists(device)));
}
