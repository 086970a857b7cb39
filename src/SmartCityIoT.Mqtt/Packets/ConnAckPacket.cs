using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>
/// The server's answer to CONNECT (section 3.2). What MQTT 5 says in properties has here the value that the standard gives to an absent one, and
/// so has all of it in MQTT 3.1.1.
/// </summary>
public readonly ref struct ConnAckPacket
{
    private const int SessionPresentFlag = 1;

    /// <summary>The server goes on with a session that it kept.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>Success, or why not. The return codes of MQTT 3.1.1 are translated: <see cref="ConnectReturnCode"/>.</summary>
    public ReasonCode ReasonCode { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>Most QoS 1 and 2 messages that the client may have in flight towards the server.</summary>
    public int ReceiveMaximum => (int)Properties.NumberOf(PropertyId.ReceiveMaximum, ushort.MaxValue);

    /// <summary>Most bytes of a packet to the server; <see cref="uint.MaxValue"/> = no limit but the protocol's.</summary>
    public uint MaximumPacketSize => Properties.NumberOf(PropertyId.MaximumPacketSize, uint.MaxValue);

    /// <summary>Seconds that the client must use in place of those that it asked for; -1 = the server does not say.</summary>
    public int ServerKeepAlive => Properties.TryFind(PropertyId.ServerKeepAlive, out Property property) ? (int)property.Number : -1;

    /// <summary>Seconds that the server keeps the session, null = what the client asked for.</summary>
    public uint? SessionExpiry => Properties.TryFind(PropertyId.SessionExpiryInterval, out Property property) ? property.Number : null;

    /// <summary>The identifier for a client that sent none, else empty.</summary>
    public ReadOnlySpan<byte> AssignedClientIdentifier => Properties.ValueOf(PropertyId.AssignedClientIdentifier);

    /// <summary>Highest QoS that the server takes.</summary>
    public byte MaximumQos => (byte)Properties.NumberOf(PropertyId.MaximumQos, 2);

    /// <summary>Highest topic alias that the server takes; 0 = none.</summary>
    public int TopicAliasMaximum => (int)Properties.NumberOf(PropertyId.TopicAliasMaximum, 0);

    public bool IsRetainAvailable => Properties.NumberOf(PropertyId.RetainAvailable, 1) != 0;

    public bool AreWildcardsAvailable => Properties.NumberOf(PropertyId.WildcardSubscriptionAvailable, 1) != 0;

    public bool AreSharedSubscriptionsAvailable => Properties.NumberOf(PropertyId.SharedSubscriptionAvailable, 1) != 0;

    public bool AreSubscriptionIdentifiersAvailable => Properties.NumberOf(PropertyId.SubscriptionIdentifierAvailable, 1) != 0;

    /// <summary>The server's words for a log, else empty.</summary>
    public ReadOnlySpan<byte> ReasonString => Properties.ValueOf(PropertyId.ReasonString);

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// connack = flags code [ properties ]                    properties in MQTT 5 only
    /// flags   = 0 / 1                                        1 = session present          [MQTT-3.2.2-1]
    /// code    = reason code / return code of MQTT 3.1.1      not 0: no session present    [MQTT-3.2.2-6] [MQTT-3.2.2-8], 3.1.1: [MQTT-3.2.2-4]
    /// </code>
    /// A server that knows MQTT 3.1.1 alone refuses an MQTT 5 CONNECT in its own form, two bytes with return code 1: that is read as
    /// <see cref="ReasonCode.UnsupportedProtocolVersion"/>.
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, ProtocolVersion version, out ConnAckPacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        if (!fields.TryReadByte(out byte flags) || !fields.TryReadByte(out byte code) || flags > SessionPresentFlag)
            return PacketStatus.Malformed;
        bool isOldRefusal = fields.IsAtEnd && code == (byte)ConnectReturnCode.UnacceptableProtocolVersion;
        ReasonCode reason = (ReasonCode)code;
        PropertySection properties = default;
        if (version == ProtocolVersion.V311 || isOldRefusal)
        {
            if (code > (byte)ConnectReturnCode.NotAuthorized)
                return PacketStatus.ProtocolError;
            reason = ((ConnectReturnCode)code).ToReasonCode();
        }
        else
        {
            if (!ReasonCodeSet.ConnAck.Contains(code))
                return PacketStatus.ProtocolError;
            PacketStatus status = PropertySection.TryRead(ref fields, PropertyScope.ConnAck, out properties, out _);
            if (status != PacketStatus.Ok)
                return status;
        }

        if (!fields.IsAtEnd)
            return PacketStatus.Malformed;
        bool isSessionPresent = flags == SessionPresentFlag;
        if (isSessionPresent && reason != ReasonCode.Success)
            return PacketStatus.ProtocolError;
        packet = new ConnAckPacket { SessionPresent = isSessionPresent, ReasonCode = reason, Properties = properties };
        return PacketStatus.Ok;
    }
}
