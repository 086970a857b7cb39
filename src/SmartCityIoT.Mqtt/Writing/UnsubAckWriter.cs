using System.Runtime.InteropServices;
using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes UNSUBACK. In MQTT 3.1.1 it has neither reason codes nor properties.</summary>
public static class UnsubAckWriter
{
    /// <summary>Bytes of the packet.</summary>
    public static int Length(in UnsubAckPacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public static bool TryWrite(in UnsubAckPacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        if (!PacketWriter.TryBegin(PacketType.UnsubAck, 0, RemainingLength(packet, version), destination, out FieldWriter fields, out written))
            return false;
        fields.WriteUInt16(packet.PacketId);
        PacketWriter.Write(ref fields, packet.Properties, version);
        if (version == ProtocolVersion.V5)
            fields.WriteBytes(MemoryMarshal.AsBytes(packet.ReasonCodes));
        return true;
    }

    private static int RemainingLength(in UnsubAckPacket packet, ProtocolVersion version) =>
        sizeof(ushort) + PacketWriter.Length(packet.Properties, version) + (version == ProtocolVersion.V5 ? packet.ReasonCodes.Length : 0);
}
