using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>Changes inside one write which devices a gateway speaks for.</summary>
/// <param name="listed">The devices of its list as it stands.</param>
internal sealed class GatewayList(RegistryWrite write, string gateway, IReadOnlyCollection<ulong> listed)
{
    /// <summary>Bounds what one account can do, and what a change of its list costs.</summary>
    public const int Longest = 20_000;

    private readonly SortedSet<ulong> added = [];
    private readonly SortedSet<ulong> removed = [];

    public bool IsChanged => added.Count + removed.Count > 0;

    public static async Task<IReadOnlyList<ulong>> ReadAsync(DevicesContext context, string gateway, CancellationToken cancellation)
    {
        var ids = await context.GatewayDevices.Where(row => row.Gateway == gateway).OrderBy(row => row.Device).Select(row => row.Device)
            .ToListAsync(cancellation).ConfigureAwait(false);
        return [.. ids.Select(id => DeviceId.TryParse(id.AsSpan(), out var device) ? device : throw new FormatException($"'{id}' in devices.db is not a device id"))];
    }

    public Task SetAsync(IReadOnlyList<ulong> devices, CancellationToken cancellation) =>
        ApplyAsync(devices.Except(listed), listed.Except(devices), cancellation);

    public Task AddAsync(IReadOnlyList<ulong> devices, CancellationToken cancellation) => ApplyAsync(devices.Except(listed), [], cancellation);

    public Task RemoveAsync(IReadOnlyList<ulong> devices, CancellationToken cancellation)
    {
        foreach (var device in devices.Except(listed))
        {
            throw new DeviceInputException("devices", $"device {DeviceId.Format(device)} is not in the list of gateway '{gateway}'");
        }

        return ApplyAsync([], devices, cancellation);
    }

    /// <summary>The members "added" and "removed" of an audit row.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        Write("added", added);
        Write("removed", removed);

        void Write(string name, SortedSet<ulong> devices)
        {
            if (devices.Count == 0) return;
            json.WriteStartArray(name);
            foreach (var device in devices) json.WriteStringValue(DeviceId.Format(device));
            json.WriteEndArray();
        }
    }

    private async Task ApplyAsync(IEnumerable<ulong> toAdd, IEnumerable<ulong> toRemove, CancellationToken cancellation)
    {
        added.UnionWith(toAdd);
        removed.UnionWith(toRemove);
        if (listed.Count + added.Count - removed.Count > Longest)
        {
            throw new DeviceInputException("devices", $"devices are more than {Longest}, the most that a gateway can list");
        }

        await RequireInUseAsync(cancellation).ConfigureAwait(false);
        foreach (var device in added) write.Rows.Add(new GatewayDeviceRow { Gateway = gateway, Device = DeviceId.Format(device) });
        var struck = removed.Select(DeviceId.Format).ToList();
        if (struck.Count == 0) return;
        await write.Context.GatewayDevices.Where(row => row.Gateway == gateway && struck.Contains(row.Device))
            .ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
    }

    private async Task RequireInUseAsync(CancellationToken cancellation)
    {
        var ids = added.Select(DeviceId.Format).ToList();
        if (ids.Count == 0) return;
        var known = await write.Context.Devices.Where(device => ids.Contains(device.Id))
            .ToDictionaryAsync(device => device.Id, device => device.Lifecycle, cancellation).ConfigureAwait(false);
        foreach (var id in ids)
        {
            if (!known.TryGetValue(id, out var lifecycle)) throw new DeviceInputException("devices", $"device {id} is not provisioned");
            if (lifecycle == Lifecycle.Retired) throw new DeviceInputException("devices", $"device {id} is retired");
        }
    }
}
