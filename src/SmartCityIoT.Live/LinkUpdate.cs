namespace SmartCityIoT.Live;

/// <summary>What one received message tells about its device's link, apart from the values it carries.</summary>
/// <param name="Device">EUI-64 of a provisioned device: the table keeps a row for each id that it is given.</param>
/// <param name="ReceivedAt">Unix milliseconds.</param>
/// <param name="Added">What the message adds to the device's counters.</param>
public readonly record struct LinkUpdate(ulong Device, long ReceivedAt, FrameCounters Added)
{
    /// <summary>Boot counter of the frame; null where the message has none that can be trusted.</summary>
    public byte? Boot { get; init; }

    /// <summary>Sequence number of the frame; null as for <see cref="Boot"/>.</summary>
    public ushort? Sequence { get; init; }

    /// <summary>Device time minus receive time in milliseconds; null where the frame says nothing about the clock.</summary>
    public long? SkewMilliseconds { get; init; }
}
