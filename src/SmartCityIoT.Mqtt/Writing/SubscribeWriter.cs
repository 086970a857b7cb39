using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes SUBSCRIBE. Properties are written only in MQTT 5.</summary>
public static class SubscribeWriter
{
    /// <summary>[MQTT-3.8.1-1].</summary>
    private const int Flags = 0b0010;

    /// <summary>Bytes of the packet.</summary>
    public static int Length(in SubscribePacket packet, ProtocolVersion version) => PacketWriter.Length(RemainingLength(packet, version));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    /// <exception cref="ArgumentException">No subscription [MQTT-3.8.3-2], or a packet identifier of 0 [MQTT-2.2.1-3].</exception>
    public static bool TryWrite(in SubscribePacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        if (packet.PacketId == 0 || packet.Subscriptions.Bytes.IsEmpty)
            throw new ArgumentException("SUBSCRIBE has a packet identifier and a filter at least", nameof(packet));
        if (!PacketWriter.TryBegin(PacketType.Subscribe, Flags, RemainingLength(packet, version), destination, out FieldWriter fields, out written))
            return false;
        fields.WriteUInt16(packet.PacketId);
        PacketWriter.Write(ref fields, packet.Properties, version);
        fields.WriteBytes(packet.Subscriptions.Bytes);
        return true;
    }

    private static int RemainingLength(in SubscribePacket packet, ProtocolVersion version) =>
        sizeof(ushort) + PacketWriter.Length(packet.Properties, version) + packet.Subscriptions.Bytes.Length;
}
