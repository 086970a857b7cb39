using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>What was counted of one device and UTC day of receipt since the last commit. Made once for a device; the store writer's alone.</summary>
internal sealed class DeviceTally(ulong device)
{
    private long day;
    private long decoded;
    private long duplicate;
    private long refused;
    private long qos0;

    public ulong Device => device;

    /// <summary>Nothing was counted since the last <see cref="Take"/>.</summary>
    public bool IsEmpty => decoded == 0 && duplicate == 0;

    /// <summary>Whether a frame of that day (Unix milliseconds of its start) can be added to what stands here.</summary>
    public bool IsFor(long dayStart) => day == dayStart || IsEmpty;

    public void Count(long dayStart, bool isDuplicate, bool isRefused, bool isQos0)
    {
        day = dayStart;
        if (isDuplicate) duplicate++;
        else decoded++;
        if (isRefused) refused++;
        if (isQos0) qos0++;
    }

    /// <summary>Hands out the counts and begins anew.</summary>
    public DeviceDayBalance Take()
    {
        var counts = new BalanceCounts
        {
            Received = decoded + duplicate,
            Decoded = decoded,
            Duplicate = duplicate,
            Stored = decoded - refused,
            Refused = refused,
            Qos0 = qos0,
        };
        decoded = duplicate = refused = qos0 = 0;
        return new DeviceDayBalance(device, day, counts);
    }
}
