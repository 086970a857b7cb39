using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>Ends subscriptions (section 3.10).</summary>
public readonly ref struct UnsubscribePacket
{
    public ushort PacketId { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>At least one.</summary>
    public FilterList Filters { get; init; }

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// unsubscribe = packet-id [ properties ] 1*filter        properties in MQTT 5 only; one filter at least: [MQTT-3.10.3-2]
    /// filter        see TopicFilter                          [MQTT-3.10.3-1]
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, ProtocolVersion version, out UnsubscribePacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        PacketStatus status = fields.ReadPacketId(out ushort packetId);
        if (status != PacketStatus.Ok)
            return status;
        status = PropertySection.TryRead(ref fields, version, PropertyScope.Unsubscribe, out PropertySection properties);
        if (status != PacketStatus.Ok)
            return status;
        FilterList filters = new(fields.Rest);
        if (fields.IsAtEnd)
            return PacketStatus.ProtocolError;
        while (!fields.IsAtEnd)
        {
            if (!fields.TryReadBinary(out ReadOnlySpan<byte> filter))
                return PacketStatus.Malformed;
            status = TopicFilter.Check(filter, version);
            if (status != PacketStatus.Ok)
                return status;
        }

        packet = new UnsubscribePacket { PacketId = packetId, Properties = properties, Filters = filters };
        return PacketStatus.Ok;
    }
}
