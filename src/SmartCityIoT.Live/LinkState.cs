namespace SmartCityIoT.Live;

/// <summary>What is known of a device's link to the platform.</summary>
public sealed record LinkState
{
    /// <summary>From the retained <c>status</c> topic; null while the device has said nothing there.</summary>
    public bool? Connected { get; init; }

    /// <summary>
    /// Receive time of the newest message in Unix milliseconds; the newest sample's time for a row that comes from the store alone;
    /// null for a device that never sent.
    /// </summary>
    public long? LastSeen { get; init; }

    /// <summary>Boot counter of the newest frame.</summary>
    public byte? Boot { get; init; }

    /// <summary>Sequence number of the newest frame.</summary>
    public ushort? Sequence { get; init; }

    /// <summary>"major.minor.patch" of the newest boot frame.</summary>
    public string? Firmware { get; init; }

    /// <summary>Device time minus receive time in milliseconds, at the newest frame that told.</summary>
    public long? SkewMilliseconds { get; init; }

    public FrameCounters Counters { get; init; }

    /// <summary>Readings that came with a time at or before the one that is shown: counted and not shown.</summary>
    public long LateReadings { get; init; }
}
