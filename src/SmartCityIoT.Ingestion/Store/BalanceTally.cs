using System.Runtime.InteropServices;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>What the store consumer counted since its last commit, by minute of receipt and by device and day.</summary>
internal sealed class BalanceTally
{
    private const long MinuteMilliseconds = 60_000;
    private const long DayMilliseconds = 86_400_000;

    private readonly Dictionary<long, BalanceCounts> minutes = [];
    private readonly Dictionary<(ulong Device, long Day), BalanceCounts> deviceDays = [];

    /// <param name="device">Null for what no device can be named for; it is in the minutes alone.</param>
    public void Add(long receivedAt, ulong? device, in BalanceCounts counts)
    {
        ref var minute = ref CollectionsMarshal.GetValueRefOrAddDefault(minutes, receivedAt - receivedAt % MinuteMilliseconds, out _);
        minute += counts;
        if (device is not { } known) return;
        ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(deviceDays, (known, receivedAt - receivedAt % DayMilliseconds), out _);
        day += counts;
    }

    public IReadOnlyList<MinuteBalance> Minutes => [.. minutes.Select(entry => new MinuteBalance(entry.Key, entry.Value))];

    public IReadOnlyList<DeviceDayBalance> DeviceDays =>
        [.. deviceDays.Select(entry => new DeviceDayBalance(entry.Key.Device, entry.Key.Day, entry.Value))];

    public void Clear()
    {
        minutes.Clear();
        deviceDays.Clear();
    }
}
