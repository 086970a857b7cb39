using System.Runtime.InteropServices;
using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The answer to UNSUBSCRIBE (section 3.11).</summary>
public readonly ref struct UnsubAckPacket
{
    /// <summary>The identifier of the UNSUBSCRIBE that is answered [MQTT-2.2.1-6].</summary>
    public ushort PacketId { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>One for each filter in the order of the UNSUBSCRIBE [MQTT-3.11.3-1]; none in MQTT 3.1.1.</summary>
    public ReadOnlySpan<ReasonCode> ReasonCodes { get; init; }

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// unsuback = packet-id [ properties 1*reason-code ]      in MQTT 3.1.1 the packet-id alone
    /// reason-code  [MQTT-3.11.3-2]
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, ProtocolVersion version, out UnsubAckPacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        PacketStatus status = fields.ReadPacketId(out ushort packetId);
        if (status != PacketStatus.Ok)
            return status;
        status = PropertySection.TryRead(ref fields, version, PropertyScope.UnsubAck, out PropertySection properties);
        if (status != PacketStatus.Ok)
            return status;
        if (version == ProtocolVersion.V311 && !fields.IsAtEnd)
            return PacketStatus.Malformed;
        if (version == ProtocolVersion.V5 && (fields.IsAtEnd || !ReasonCodeSet.UnsubAck.ContainsAll(fields.Rest)))
            return PacketStatus.ProtocolError;
        packet = new UnsubAckPacket { PacketId = packetId, Properties = properties, ReasonCodes = MemoryMarshal.Cast<byte, ReasonCode>(fields.Rest) };
        return PacketStatus.Ok;
    }
}
