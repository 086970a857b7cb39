using System.Buffers.Binary;
using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes PUBACK, PUBREC, PUBREL and PUBCOMP, in the shortest form that says it all.</summary>
public static class AckWriter
{
    /// <summary>Bytes of one that says no more than success: the same in both versions.</summary>
    public const int ShortestLength = 4;

    private const int PacketIdLength = sizeof(ushort);

    /// <summary>Bytes of the packet.</summary>
    public static int Length(in AckPacket packet) => PacketWriter.Length(RemainingLength(packet));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    /// <exception cref="ArgumentException">The packet refuses a message, or has properties, which MQTT 3.1.1 cannot say.</exception>
    public static bool TryWrite(in AckPacket packet, ProtocolVersion version, Span<byte> destination, out int written)
    {
        int remaining = RemainingLength(packet);
        if (version == ProtocolVersion.V311 && remaining != PacketIdLength)
            throw new ArgumentException("MQTT 3.1.1 acknowledges, or says nothing", nameof(packet));

        // As nearly all are.
        if (remaining == PacketIdLength && destination.Length >= ShortestLength)
        {
            WriteSuccess(packet.Type, packet.PacketId, destination);
            written = ShortestLength;
            return true;
        }

        if (!PacketWriter.TryBegin(packet.Type, Flags(packet.Type), remaining, destination, out FieldWriter fields, out written))
            return false;
        fields.WriteUInt16(packet.PacketId);
        if (remaining > PacketIdLength)
            fields.WriteByte((byte)packet.ReasonCode);
        if (remaining > PacketIdLength + 1)
            PacketWriter.Write(ref fields, packet.Properties, version);
        return true;
    }

    /// <summary>Writes one success after the other, <see cref="ShortestLength"/> bytes each, in the order of the identifiers [MQTT-4.6.0-2].</summary>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The destination is too short for all of them.</exception>
    public static int Write(PacketType type, ReadOnlySpan<ushort> packetIds, Span<byte> destination)
    {
        int length = packetIds.Length * ShortestLength;
        if (destination.Length < length)
            throw new ArgumentException($"{packetIds.Length} acknowledgements take {length} bytes", nameof(destination));
        for (int at = 0; at < packetIds.Length; at++)
            WriteSuccess(type, packetIds[at], destination[(at * ShortestLength)..]);
        return length;
    }

    private static void WriteSuccess(PacketType type, ushort packetId, Span<byte> destination) =>
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)((int)type << 28 | Flags(type) << 24 | PacketIdLength << 16) | packetId);

    /// <summary>[MQTT-3.6.1-1].</summary>
    private static int Flags(PacketType type) => type == PacketType.PubRel ? 0b0010 : 0;

    private static int RemainingLength(in AckPacket packet)
    {
        if (!packet.Properties.IsEmpty)
            return PacketIdLength + 1 + packet.Properties.FieldLength;
        return packet.ReasonCode == ReasonCode.Success ? PacketIdLength : PacketIdLength + 1;
    }
}
