using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes AUTH of MQTT 5.</summary>
public static class AuthWriter
{
    /// <summary>Bytes of the packet.</summary>
    public static int Length(in AuthPacket packet) => PacketWriter.Length(RemainingLength(packet));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public static bool TryWrite(in AuthPacket packet, Span<byte> destination, out int written)
    {
        int remaining = RemainingLength(packet);
        if (!PacketWriter.TryBegin(PacketType.Auth, 0, remaining, destination, out FieldWriter fields, out written))
            return false;
        if (remaining == 0)
            return true;
        fields.WriteByte((byte)packet.ReasonCode);
        PacketWriter.Write(ref fields, packet.Properties, ProtocolVersion.V5);
        return true;
    }

    private static int RemainingLength(in AuthPacket packet) =>
        packet.ReasonCode == ReasonCode.Success && packet.Properties.IsEmpty ? 0 : 1 + packet.Properties.FieldLength;
}
