using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes PUBLISH. Properties are written only in MQTT 5.</summary>
public static class PublishWriter
{
    /// <summary>Bytes of the packet.</summary>
    public static int Length(in PublishPacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    /// <exception cref="ArgumentException">A packet identifier that is 0 at QoS 1 or 2, or is not at QoS 0.</exception>
    public static bool TryWrite(in PublishPacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        if (packet.PacketId != 0 != packet.Qos > 0)
            throw new ArgumentException("QoS 1 and 2 have a packet identifier, QoS 0 has none [MQTT-2.2.1-2]", nameof(packet));
        if (!PacketWriter.TryBegin(PacketType.Publish, packet.Flags, RemainingLength(packet, version), destination, out FieldWriter fields, out written))
            return false;
        fields.WriteBinary(packet.Topic);
        if (packet.Qos > 0)
            fields.WriteUInt16(packet.PacketId);
        PacketWriter.Write(ref fields, packet.Properties, version);
        fields.WriteBytes(packet.Payload);
        return true;
    }

    private static int RemainingLength(in PublishPacket packet, ProtocolVersion version) =>
        FieldWriter.BinaryLength(packet.Topic)
        + (packet.Qos > 0 ? sizeof(ushort) : 0)
        + PacketWriter.Length(packet.Properties, version)
        + packet.Payload.Length;
}
