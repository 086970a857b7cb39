using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>What a client leaves with the server, to be published when its connection ends without a DISCONNECT.</summary>
public readonly ref struct WillMessage
{
    public ReadOnlySpan<byte> Topic { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public byte Qos { get; init; }

    public bool IsRetained { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>Seconds that the server waits for the client to come back before it publishes.</summary>
    public uint Delay => Properties.NumberOf(PropertyId.WillDelayInterval, 0);

    /// <summary>
    /// <code>
    /// will = [ properties ] topic payload                    properties in MQTT 5 only; the topic text without wildcards, the payload binary
    /// </code>
    /// </summary>
    internal static PacketStatus TryRead(scoped ref FieldReader fields, ProtocolVersion version, int connectFlags, out WillMessage will)
    {
        will = default;
        PacketStatus status = PropertySection.TryRead(ref fields, version, PropertyScope.Will, out PropertySection properties);
        if (status != PacketStatus.Ok)
            return status;
        if (!fields.TryReadText(out ReadOnlySpan<byte> topic) || !fields.TryReadBinary(out ReadOnlySpan<byte> payload))
            return PacketStatus.Malformed;
        will = new WillMessage
        {
            Topic = topic,
            Payload = payload,
            Qos = (byte)((connectFlags >> ConnectPacket.WillQosShift) & 3),
            IsRetained = (connectFlags & ConnectPacket.WillRetainFlag) != 0,
            Properties = properties,
        };
        return TopicName.Check(topic);
    }
}
