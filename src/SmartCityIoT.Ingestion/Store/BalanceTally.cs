using System.Runtime.InteropServices;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// What was counted since the last commit, by minute of receipt and by device and day. Frames of known devices are counted in place; the
/// lists are kept from one commit to the next, so that a steady stream allocates nothing.
/// </summary>
internal sealed class BalanceTally
{
    public const long MinuteMilliseconds = 60_000;

    private const long DayMilliseconds = 86_400_000;

    private readonly Dictionary<long, BalanceCounts> minutes = [];
    private readonly Dictionary<(ulong Device, long Day), BalanceCounts> others = [];
    private readonly List<DeviceTally> touched = [];
    private readonly List<MinuteBalance> minuteRows = [];
    private readonly List<DeviceDayBalance> deviceDayRows = [];

    /// <summary>Start of the minute (Unix milliseconds) that a time lies in.</summary>
    public static long MinuteOf(long receivedAt) => receivedAt - receivedAt % MinuteMilliseconds;

    /// <summary>Start of the UTC day that a time lies in.</summary>
    public static long DayOf(long receivedAt) => receivedAt - receivedAt % DayMilliseconds;

    /// <summary>Counts a message that no frame of a known device came in.</summary>
    /// <param name="device">Null for what no device can be named for; it is in the minutes alone.</param>
    public void Add(long receivedAt, ulong? device, in BalanceCounts counts)
    {
        AddMinute(MinuteOf(receivedAt), counts);
        if (device is not { } known) return;
        ref var day = ref CollectionsMarshal.GetValueRefOrAddDefault(others, (known, DayOf(receivedAt)), out _);
        day += counts;
    }

    public void AddMinute(long minuteStart, in BalanceCounts counts)
    {
        ref var minute = ref CollectionsMarshal.GetValueRefOrAddDefault(minutes, minuteStart, out _);
        minute += counts;
    }

    /// <summary>Counts a frame for its device alone.</summary>
    public void AddFrame(DeviceTally device, long dayStart, bool isDuplicate, bool isRefused, bool isQos0)
    {
        if (!device.IsFor(dayStart)) deviceDayRows.Add(device.Take());
        if (device.IsEmpty) touched.Add(device);
        device.Count(dayStart, isDuplicate, isRefused, isQos0);
    }

    /// <summary>Everything counted, as a commit takes it. The lists are valid until <see cref="Clear"/>.</summary>
    public (IReadOnlyList<MinuteBalance> Minutes, IReadOnlyList<DeviceDayBalance> DeviceDays) Take()
    {
        foreach (var (minute, counts) in minutes) minuteRows.Add(new MinuteBalance(minute, counts));
        foreach (var device in touched)
        {
            if (!device.IsEmpty) deviceDayRows.Add(device.Take());
        }

        foreach (var ((device, day), counts) in others) deviceDayRows.Add(new DeviceDayBalance(device, day, counts));
        minutes.Clear();
        touched.Clear();
        others.Clear();
        return (minuteRows, deviceDayRows);
    }

    public void Clear()
    {
        minuteRows.Clear();
        deviceDayRows.Clear();
    }
}
