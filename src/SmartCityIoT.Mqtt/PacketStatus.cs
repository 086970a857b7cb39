namespace SmartCityIoT.Mqtt;

/// <summary>
/// What reading a packet found. An error has the number of the MQTT 5 reason code that the other side is told before the connection
/// is closed [MQTT-4.13.1-1]: <see cref="PacketStatusExtensions.ToReasonCode"/>.
/// </summary>
public enum PacketStatus : byte
{
    Ok = 0,

    /// <summary>The bytes so far are the beginning of a packet.</summary>
    NeedMore = 1,

    /// <summary>The bytes are no packet: a field is cut off, of the wrong form, or followed by bytes that belong to nothing.</summary>
    Malformed = ReasonCode.MalformedPacket,

    /// <summary>Well formed, but the standard forbids it: a property twice, a value out of its range, a packet of the other side.</summary>
    ProtocolError = ReasonCode.ProtocolError,

    /// <summary>CONNECT names another protocol than MQTT, or a level other than 4 and 5.</summary>
    UnsupportedProtocolVersion = ReasonCode.UnsupportedProtocolVersion,

    /// <summary>A 3.1.1 client without an identifier asks for a session that outlives the connection.</summary>
    ClientIdentifierNotValid = ReasonCode.ClientIdentifierNotValid,

    /// <summary>A topic filter is empty, has a wildcard where none may stand, or is a shared subscription without name or filter.</summary>
    TopicFilterInvalid = ReasonCode.TopicFilterInvalid,

    /// <summary>A topic name is empty or has a wildcard in it.</summary>
    TopicNameInvalid = ReasonCode.TopicNameInvalid,

    /// <summary>More QoS 1 and 2 messages in flight than were agreed. Found by whoever counts them, not by reading one packet.</summary>
    ReceiveMaximumExceeded = ReasonCode.ReceiveMaximumExceeded,

    /// <summary>A topic alias of 0; or, found by whoever keeps the aliases, one above the agreed maximum or never set.</summary>
    TopicAliasInvalid = ReasonCode.TopicAliasInvalid,

    /// <summary>The fixed header announces more than the reader takes.</summary>
    PacketTooLarge = ReasonCode.PacketTooLarge,

    /// <summary>The payload is not the UTF-8 that its format indicator promises.</summary>
    PayloadFormatInvalid = ReasonCode.PayloadFormatInvalid,
}
