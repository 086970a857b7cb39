using System.Runtime.InteropServices;
using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes SUBACK. In MQTT 3.1.1 every failure is 0x80, and there are no properties.</summary>
public static class SubAckWriter
{
    /// <summary>Bytes of the packet.</summary>
    public static int Length(in SubAckPacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public static bool TryWrite(in SubAckPacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        if (!PacketWriter.TryBegin(PacketType.SubAck, 0, RemainingLength(packet, version), destination, out FieldWriter fields, out written))
            return false;
        fields.WriteUInt16(packet.PacketId);
        PacketWriter.Write(ref fields, packet.Properties, version);
        if (version == ProtocolVersion.V5)
        {
            fields.WriteBytes(MemoryMarshal.AsBytes(packet.ReasonCodes));
            return true;
        }

        foreach (ReasonCode code in packet.ReasonCodes)
            fields.WriteByte(Math.Min((byte)code, (byte)ReasonCode.UnspecifiedError));
        return true;
    }

    private static int RemainingLength(in SubAckPacket packet, ProtocolVersion version) =>
        sizeof(ushort) + PacketWriter.Length(packet.Properties, version) + packet.ReasonCodes.Length;
}
