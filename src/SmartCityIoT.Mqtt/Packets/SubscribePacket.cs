using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>Asks for the messages of some filters (section 3.8).</summary>
public readonly ref struct SubscribePacket
{
    public ushort PacketId { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>At least one.</summary>
    public SubscriptionList Subscriptions { get; init; }

    /// <summary>Comes back with each message of these filters; 0 = none.</summary>
    public int SubscriptionIdentifier => (int)Properties.NumberOf(PropertyId.SubscriptionIdentifier, 0);

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// subscribe    = packet-id [ properties ] 1*subscription    properties in MQTT 5 only; one at least: [MQTT-3.8.3-2], 3.1.1: [MQTT-3.8.3-3]
    /// subscription = filter options                             see TopicFilter and SubscriptionOptions
    /// </code>
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, ProtocolVersion version, out SubscribePacket packet)
    {
        packet = default;
        FieldReader fields = new(body);
        PacketStatus status = fields.ReadPacketId(out ushort packetId);
        if (status != PacketStatus.Ok)
            return status;
        status = PropertySection.TryRead(ref fields, version, PropertyScope.Subscribe, out PropertySection properties);
        if (status != PacketStatus.Ok)
            return status;
        SubscriptionList subscriptions = new(fields.Rest);
        if (fields.IsAtEnd)
            return PacketStatus.ProtocolError;
        while (!fields.IsAtEnd)
        {
            if (!fields.TryReadBinary(out ReadOnlySpan<byte> filter) || !fields.TryReadByte(out byte options))
                return PacketStatus.Malformed;
            status = TopicFilter.Check(filter, version);
            if (status == PacketStatus.Ok)
                status = new SubscriptionOptions(options).Check(version, TopicFilter.IsShared(filter, version));
            if (status != PacketStatus.Ok)
                return status;
        }

        packet = new SubscribePacket { PacketId = packetId, Properties = properties, Subscriptions = subscriptions };
        return PacketStatus.Ok;
    }
}
