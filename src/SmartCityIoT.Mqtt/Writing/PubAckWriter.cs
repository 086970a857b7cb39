namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes PUBACKs of success, many at a time: what acknowledges a batch of messages that has been journalled.</summary>
public static class PubAckWriter
{
    /// <summary>Bytes of each.</summary>
    public const int Length = AckWriter.ShortestLength;

    /// <summary>
    /// <code>
    /// 40 02  packet identifier (2, big endian)        once for each identifier, in their order [MQTT-4.6.0-2]
    /// </code>
    /// </summary>
    /// <returns>Bytes written: <see cref="Length"/> for each identifier.</returns>
    /// <exception cref="ArgumentException">The destination is too short for all of them.</exception>
    public static int Write(ReadOnlySpan<ushort> packetIds, Span<byte> destination) => AckWriter.Write(PacketType.PubAck, packetIds, destination);
}
