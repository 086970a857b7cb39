namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Why the guard closed a connection.</summary>
internal enum PacketGuardReason
{
    /// <summary>Too many connections are open without a CONNECT.</summary>
    TooManyBeforeLogin,

    /// <summary>The CONNECT was not whole in time.</summary>
    ConnectTimeout,

    /// <summary>The client left before its CONNECT was whole.</summary>
    NoConnect,

    /// <summary>The first packet is no CONNECT of MQTT 3.1.1 or 5.</summary>
    NotMqtt,

    /// <summary>A header that no packet has, or a packet that clients do not send.</summary>
    Malformed,

    /// <summary>The packet's length is over the limit.</summary>
    TooLarge,

    /// <summary>The client closed its side inside a packet.</summary>
    Truncated,

    /// <summary>The server could make nothing of a whole packet.</summary>
    Undecodable,
}
