using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes CONNACK, the server's answer to CONNECT. In MQTT 3.1.1 the reason code becomes the return code that comes nearest.</summary>
public static class ConnAckWriter
{
    /// <summary>Bytes of the packet.</summary>
    public static int Length(in ConnAckPacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public static bool TryWrite(in ConnAckPacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        if (!PacketWriter.TryBegin(PacketType.ConnAck, 0, RemainingLength(packet, version), destination, out FieldWriter fields, out written))
            return false;
        bool isAccepted = packet.ReasonCode == ReasonCode.Success;
        fields.WriteByte((byte)(packet.SessionPresent && isAccepted ? 1 : 0));
        fields.WriteByte(version == ProtocolVersion.V5 ? (byte)packet.ReasonCode : (byte)packet.ReasonCode.ToReturnCode());
        PacketWriter.Write(ref fields, packet.Properties, version);
        return true;
    }

    private static int RemainingLength(in ConnAckPacket packet, ProtocolVersion version) => 2 + PacketWriter.Length(packet.Properties, version);
}
