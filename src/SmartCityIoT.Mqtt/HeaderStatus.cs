namespace SmartCityIoT.Mqtt;

/// <summary>What a look at the start of a packet found.</summary>
public enum HeaderStatus
{
    /// <summary>The header is whole; the packet behind it may not be.</summary>
    Ok,

    /// <summary>The bytes so far are the beginning of a header.</summary>
    NeedMore,

    /// <summary>No bytes to come can make this a packet: close the connection.</summary>
    Malformed,
}
