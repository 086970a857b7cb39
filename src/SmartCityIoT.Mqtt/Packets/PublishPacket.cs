using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>An application message (section 3.3), as a view over the packet's bytes or as what is to be written.</summary>
public readonly ref struct PublishPacket
{
    private const int DuplicateFlag = 0b1000;
    private const int QosBits = 0b0110;
    private const int RetainFlag = 0b0001;

    /// <summary>A bit for each legal value of the flags: no QoS 3, and no duplicate at QoS 0.</summary>
    private const int LegalFlags = 0b0011_1100_0011_1111;

    private readonly byte flags;

    /// <summary>UTF-8 without wildcards; empty only where a topic alias takes its place.</summary>
    public ReadOnlySpan<byte> Topic { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>0 at QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public byte Qos
    {
        get => (byte)((flags & QosBits) >> 1);
        init => flags = (byte)((flags & ~QosBits) | ((value << 1) & QosBits));
    }

    /// <summary>The sender sends it again; the receiver may have it already.</summary>
    public bool IsDuplicate
    {
        get => (flags & DuplicateFlag) != 0;
        init => flags = (byte)(value ? flags | DuplicateFlag : flags & ~DuplicateFlag);
    }

    public bool IsRetained
    {
        get => (flags & RetainFlag) != 0;
        init => flags = (byte)(value ? flags | RetainFlag : flags & ~RetainFlag);
    }

    /// <summary>The low half of the packet's first byte.</summary>
    internal byte Flags => flags;

    /// <summary>0 = none.</summary>
    public ushort TopicAlias => (ushort)Properties.NumberOf(PropertyId.TopicAlias, 0);

    /// <summary>
    /// Reads what stands behind the fixed header, over one span: this runs once per message. Only properties take the longer way.
    /// <code>
    /// publish = topic [ packet-id ] [ properties ] payload
    /// topic      text without wildcards, at least one character          [MQTT-3.3.2-1] [MQTT-3.3.2-2] [MQTT-4.7.3-1]
    /// packet-id  two bytes, not 0, at QoS 1 and 2 only                   [MQTT-2.2.1-2] [MQTT-2.2.1-4], 3.1.1: [MQTT-2.3.1-1] [MQTT-2.3.1-5]
    /// properties in MQTT 5 only
    /// payload    what is left, often nothing
    /// </code>
    /// QoS 3 [MQTT-3.3.1-4] and a duplicate at QoS 0 [MQTT-3.3.1-2] are malformed. The rules that hold for one side only need the other overload.
    /// </summary>
    /// <param name="body">The bytes behind the header, all of them and no more.</param>
    public static PacketStatus TryRead(scoped in FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, out PublishPacket packet)
    {
        packet = default;
        int flags = header.Flags;
        if ((LegalFlags >> flags & 1) == 0 || !BinaryPrimitives.TryReadUInt16BigEndian(body, out ushort topicLength))
            return PacketStatus.Malformed;

        // 2 at QoS 1 and 2, 0 at QoS 0.
        int packetIdLength = ((flags >> 1) + 1) & 2;
        int packetIdAt = sizeof(ushort) + topicLength;
        int at = packetIdAt + packetIdLength;
        if (body.Length < at)
            return PacketStatus.Malformed;
        ushort packetId = 0;
        if (packetIdLength != 0)
        {
            packetId = BinaryPrimitives.ReadUInt16BigEndian(body[packetIdAt..]);
            if (packetId == 0)
                return PacketStatus.ProtocolError;
        }

        ReadOnlySpan<byte> topic = body.Slice(sizeof(ushort), topicLength);
        PropertySection properties = default;
        if (version == ProtocolVersion.V5)
        {
            if (at < body.Length && body[at] == 0 && topicLength != 0)
            {
                at++;
            }
            else
            {
                PacketStatus read = ReadProperties(topic, body, ref at, out properties);
                if (read != PacketStatus.Ok)
                    return read;
                if (topicLength == 0)
                {
                    packet = new PublishPacket(topic, body[at..], properties, packetId, flags);
                    return PacketStatus.Ok;
                }
            }
        }

        PacketStatus status = TopicName.Check(topic);
        if (status == PacketStatus.Ok)
            packet = new PublishPacket(topic, body[at..], properties, packetId, flags);
        return status;
    }

    /// <summary>As the other, and a client must not send subscription identifiers [MQTT-3.3.4-6].</summary>
    public static PacketStatus TryRead(
        scoped in FixedHeader header, ReadOnlySpan<byte> body, ProtocolVersion version, PacketSender sender, out PublishPacket packet)
    {
        PacketStatus status = TryRead(header, body, version, out packet);
        if (status != PacketStatus.Ok || sender == PacketSender.Server || packet.Properties.IsEmpty
            || !packet.Properties.TryFind(PropertyId.SubscriptionIdentifier, out _))
            return status;
        packet = default;
        return PacketStatus.ProtocolError;
    }

    /// <summary>
    /// Whether the payload is what its format indicator promises (section 3.3.2.3.2). Nothing demands the check, and it reads the whole payload,
    /// so it stands apart.
    /// </summary>
    public PacketStatus CheckPayloadFormat() =>
        Properties.NumberOf(PropertyId.PayloadFormatIndicator, 0) == 0 || Utf8Text.IsWellFormed(Payload) ? PacketStatus.Ok : PacketStatus.PayloadFormatInvalid;

    private PublishPacket(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, PropertySection properties, ushort packetId, int flags)
    {
        Topic = topic;
        Payload = payload;
        Properties = properties;
        PacketId = packetId;
        this.flags = (byte)flags;
    }

    /// <summary>Without a topic there must be an alias (section 3.3.2.1).</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static PacketStatus ReadProperties(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> body, scoped ref int at, out PropertySection properties)
    {
        FieldReader fields = new(body[at..]);
        PacketStatus status = PropertySection.TryRead(ref fields, PropertyScope.Publish, out properties, out ulong seen);
        if (status == PacketStatus.Ok && topic.IsEmpty && (seen & PropertyRules.BitOf(PropertyId.TopicAlias)) == 0)
            status = PacketStatus.ProtocolError;
        at = body.Length - fields.Rest.Length;
        return status;
    }
}
