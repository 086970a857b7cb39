using System.Runtime.InteropServices;
using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The answer to SUBSCRIBE (section 3.9).</summary>
public readonly ref struct SubAckPacket
{
    /// <summary>The identifier of the SUBSCRIBE that is answered [MQTT-2.2.1-6].</summary>
    public ushort PacketId { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>The QoS granted, or a failure from 0x80 on, for each filter in the order of the SUBSCRIBE [MQTT-3.9.3-1].</summary>
    public ReadOnlySpan<ReasonCode> ReasonCodes { get; init; }

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// suback = packet-id [ properties ] 1*reason-code        properties in MQTT 5 only
    /// reason-code  [MQTT-3.9.3-2]; in MQTT 3.1.1 0, 1, 2 or 0x80
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, ProtocolVersion version, out SubAckPacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        PacketStatus status = fields.ReadPacketId(out ushort packetId);
        if (status != PacketStatus.Ok)
            return status;
        status = PropertySection.TryRead(ref fields, version, PropertyScope.SubAck, out PropertySection properties);
        if (status != PacketStatus.Ok)
            return status;
        ReasonCodeSet legal = version == ProtocolVersion.V5 ? ReasonCodeSet.SubAck : ReasonCodeSet.SubAckV311;
        if (fields.IsAtEnd || !legal.ContainsAll(fields.Rest))
            return PacketStatus.ProtocolError;
        packet = new SubAckPacket { PacketId = packetId, Properties = properties, ReasonCodes = MemoryMarshal.Cast<byte, ReasonCode>(fields.Rest) };
        return PacketStatus.Ok;
    }
}
