using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (sections 3.4 to 3.7): the four have one form.</summary>
public readonly ref struct AckPacket
{
    /// <summary>Which of the four.</summary>
    public PacketType Type { get; init; }

    /// <summary>The identifier of the PUBLISH that is answered [MQTT-2.2.1-5].</summary>
    public ushort PacketId { get; init; }

    /// <summary>Always <see cref="ReasonCode.Success"/> in MQTT 3.1.1, which cannot refuse a message.</summary>
    public ReasonCode ReasonCode { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// ack = packet-id [ reason-code [ properties ] ]        in MQTT 3.1.1 the packet-id alone
    /// packet-id    not 0                                    [MQTT-2.2.1-5]
    /// reason-code  absent = success                         [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1]
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(scoped in FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out AckPacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        PacketStatus status = fields.ReadPacketId(out ushort packetId);
        if (status != PacketStatus.Ok)
            return status;
        byte code = 0;
        PropertySection properties = default;
        if (version == ProtocolVersion.V5 && fields.TryReadByte(out code))
        {
            ReasonCodeSet codes = header.Type is PacketType.PubAck or PacketType.PubRec ? ReasonCodeSet.Received : ReasonCodeSet.Released;
            if (!codes.Contains(code))
                return PacketStatus.ProtocolError;
            if (!fields.IsAtEnd)
            {
                PropertyScope scope = (PropertyScope)(1 << (int)header.Type);
                status = PropertySection.TryRead(ref fields, scope, out properties, out _);
                if (status != PacketStatus.Ok)
                    return status;
            }
        }

        if (!fields.IsAtEnd)
            return PacketStatus.Malformed;
        packet = new AckPacket { Type = header.Type, PacketId = packetId, ReasonCode = (ReasonCode)code, Properties = properties };
        return PacketStatus.Ok;
    }
}
