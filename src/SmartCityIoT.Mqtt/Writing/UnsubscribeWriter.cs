using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes UNSUBSCRIBE. Properties are written only in MQTT 5.</summary>
public static class UnsubscribeWriter
{
    /// <summary>[MQTT-3.10.1-1].</summary>
    private const int Flags = 0b0010;

    /// <summary>Bytes of the packet.</summary>
    public static int Length(in UnsubscribePacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    /// <exception cref="ArgumentException">No filter [MQTT-3.10.3-2], or a packet identifier of 0 [MQTT-2.2.1-3].</exception>
    public static bool TryWrite(in UnsubscribePacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        if (packet.PacketId == 0 || packet.Filters.Bytes.IsEmpty)
            throw new ArgumentException("UNSUBSCRIBE has a packet identifier and a filter at least", nameof(packet));
        if (!PacketWriter.TryBegin(PacketType.Unsubscribe, Flags, RemainingLength(packet, version), destination, out FieldWriter fields, out written))
            return false;
        fields.WriteUInt16(packet.PacketId);
        PacketWriter.Write(ref fields, packet.Properties, version);
        fields.WriteBytes(packet.Filters.Bytes);
        return true;
    }

    private static int RemainingLength(in UnsubscribePacket packet, ProtocolVersion version) =>
        sizeof(ushort) + PacketWriter.Length(packet.Properties, version) + packet.Filters.Bytes.Length;
}
