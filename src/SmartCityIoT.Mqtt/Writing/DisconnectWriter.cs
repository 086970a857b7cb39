using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>
/// Writes DISCONNECT, in the shortest form that says it all. In MQTT 3.1.1 a client's has no reason, and a server that has one closes
/// the connection without a word.
/// </summary>
public static class DisconnectWriter
{
    /// <summary>Bytes of the packet.</summary>
    public static int Length(in DisconnectPacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public static bool TryWrite(in DisconnectPacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        int remaining = RemainingLength(packet, version);
        if (!PacketWriter.TryBegin(PacketType.Disconnect, 0, remaining, destination, out FieldWriter fields, out written))
            return false;
        if (remaining > 0)
            fields.WriteByte((byte)packet.ReasonCode);
        if (remaining > 1)
            PacketWriter.Write(ref fields, packet.Properties, version);
        return true;
    }

    private static int RemainingLength(in DisconnectPacket packet, ProtocolVersion version)
    {
        if (version == ProtocolVersion.V311)
            return 0;
        if (!packet.Properties.IsEmpty)
            return 1 + packet.Properties.FieldLength;
        return packet.ReasonCode == ReasonCode.Success ? 0 : 1;
    }
}
