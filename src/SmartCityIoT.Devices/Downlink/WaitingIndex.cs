using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Devices.Database;

namespace SmartCityIoT.Devices.Downlink;

/// <summary>
/// Which devices have open commands, in memory, and which commands are new. Asked without a lock; after a write the devices that it
/// touched are counted again in the table, so that two writers at once cannot leave a wrong count behind.
/// </summary>
internal sealed class WaitingIndex(DeviceDatabase database)
{
    private readonly ConcurrentDictionary<ulong, int> open = new();
    private readonly Lock counting = new();
    private volatile bool isLoaded;
    private long newestNumber;

    /// <summary>0 B once the table was read, which the first call does.</summary>
    public bool Has(ulong device)
    {
        Load();
        return open.ContainsKey(device);
    }

    /// <summary>Devices with open commands.</summary>
    public IReadOnlyCollection<ulong> Devices()
    {
        Load();
        return [.. open.Keys];
    }

    /// <summary>Looks for commands that are new since the last call, by whichever process.</summary>
    /// <returns>Their devices, each once.</returns>
    public IReadOnlyCollection<ulong> TakeNew()
    {
        Load();
        lock (counting)
        {
            using var connection = database.Open();
            var (devices, newest) = DownlinkTable.After(connection, newestNumber);
            newestNumber = newest;
            Count(connection, devices);
            return devices;
        }
    }

    public void Recount(IReadOnlyCollection<ulong> devices)
    {
        if (devices.Count == 0) return;
        lock (counting)
        {
            using var connection = database.Open();
            Count(connection, devices);
        }
    }

    private void Count(SqliteConnection connection, IReadOnlyCollection<ulong> devices)
    {
        foreach (var device in devices)
        {
            var count = DownlinkTable.CountOpen(connection, device);
            if (count > 0) open[device] = count;
            else open.TryRemove(device, out _);
        }
    }

    /// <summary>Reads the table if nothing has asked for it yet: what stands in it then is no news to <see cref="TakeNew"/>, and must not be a command of one's own.</summary>
    public void Load()
    {
        if (isLoaded) return;
        lock (counting)
        {
            if (isLoaded) return;
            using var connection = database.Open();
            // Both are of one state of the table; a command that comes behind it is new at the next look.
            using var transaction = connection.BeginTransaction(deferred: true);
            newestNumber = DownlinkTable.NewestNumber(connection);
            foreach (var (device, count) in DownlinkTable.CountOpen(connection)) open[device] = count;
            isLoaded = true;
        }
    }
}
