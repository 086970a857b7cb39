using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>A client's first packet (section 3.1), as a view over the packet's bytes or as what is to be written.</summary>
public readonly ref partial struct ConnectPacket
{
    internal const int ReservedFlag = 0x01;
    internal const int CleanStartFlag = 0x02;
    internal const int WillFlag = 0x04;
    internal const int WillQosShift = 3;
    internal const int WillRetainFlag = 0x20;
    internal const int PasswordFlag = 0x40;
    internal const int UserNameFlag = 0x80;

    public ProtocolVersion Version { get; init; }

    /// <summary>The client wants no session that was kept; in MQTT 3.1.1 ("clean session") nor that this one is kept.</summary>
    public bool CleanStart { get; init; }

    /// <summary>Most seconds between two packets of the client; 0 = no promise.</summary>
    public ushort KeepAlive { get; init; }

    public PropertySection Properties { get; init; }

    /// <summary>Empty = the server is to choose one.</summary>
    public ReadOnlySpan<byte> ClientIdentifier { get; init; }

    public bool HasWill { get; init; }

    /// <summary>What the server publishes when the connection ends without a DISCONNECT; nothing unless <see cref="HasWill"/>.</summary>
    public WillMessage Will { get; init; }

    /// <summary>An empty user name is one, too.</summary>
    public bool HasUserName { get; init; }

    public ReadOnlySpan<byte> UserName { get; init; }

    public bool HasPassword { get; init; }

    /// <summary>Any bytes.</summary>
    public ReadOnlySpan<byte> Password { get; init; }

    /// <summary>Seconds that the server is to keep the session; 0 = until the connection ends. MQTT 3.1.1 says it by <see cref="CleanStart"/>.</summary>
    public uint SessionExpiry => Properties.NumberOf(PropertyId.SessionExpiryInterval, Version == ProtocolVersion.V311 && !CleanStart ? uint.MaxValue : 0);

    /// <summary>Most QoS 1 and 2 messages that the server may have in flight towards the client.</summary>
    public int ReceiveMaximum => (int)Properties.NumberOf(PropertyId.ReceiveMaximum, ushort.MaxValue);

    /// <summary>Most bytes of a packet to the client; <see cref="uint.MaxValue"/> = no limit but the protocol's.</summary>
    public uint MaximumPacketSize => Properties.NumberOf(PropertyId.MaximumPacketSize, uint.MaxValue);

    /// <summary>Highest topic alias that the client takes; 0 = none.</summary>
    public int TopicAliasMaximum => (int)Properties.NumberOf(PropertyId.TopicAliasMaximum, 0);

    /// <summary>Reason strings and user properties may come with every answer.</summary>
    public bool WantsProblemInformation => Properties.NumberOf(PropertyId.RequestProblemInformation, 1) != 0;

    /// <summary>
    /// Reads what stands behind the fixed header.
    /// <code>
    /// connect    = protocol level flags keep-alive [ properties ] identifier [ will ] [ user-name ] [ password ]
    /// protocol   text "MQTT"                                       [MQTT-3.1.2-1]
    /// level      4 / 5                                             [MQTT-3.1.2-2]
    /// flags      user name, password, will retain, will QoS (2 bits), will, clean start, reserved 0
    ///            reserved                                          [MQTT-3.1.2-3]
    ///            will QoS and retain without a will                [MQTT-3.1.2-11] [MQTT-3.1.2-13], 3.1.1: [MQTT-3.1.2-13] [MQTT-3.1.2-15]
    ///            will QoS 3                                        [MQTT-3.1.2-12], 3.1.1: [MQTT-3.1.2-14]
    ///            password without user name, 3.1.1 only            3.1.1: [MQTT-3.1.2-22]
    /// keep-alive two bytes, seconds
    /// properties in MQTT 5 only
    /// identifier text, may be empty                                [MQTT-3.1.3-3] [MQTT-3.1.3-4]
    ///            empty in 3.1.1 with clean session alone           3.1.1: [MQTT-3.1.3-7] [MQTT-3.1.3-8]
    /// will       [ properties ] topic payload                      [MQTT-3.1.2-9] [MQTT-3.1.3-11], 3.1.1: [MQTT-3.1.3-10]
    /// user-name  text                                              [MQTT-3.1.2-17] [MQTT-3.1.3-12], 3.1.1: [MQTT-3.1.3-11]
    /// password   binary                                            [MQTT-3.1.2-19]
    /// </code>
    /// The order is [MQTT-3.1.3-1]; what stands behind the last field that the flags announce is malformed.
    /// </summary>
    public static PacketStatus TryRead(ReadOnlySpan<byte> body, out ConnectPacket packet)
    {
        packet = default;
        switch (Check(body, out byte level))
        {
            case ConnectStatus.OtherProtocol or ConnectStatus.OtherLevel:
                return PacketStatus.UnsupportedProtocolVersion;
            case ConnectStatus.Malformed:
                return PacketStatus.Malformed;
        }

        ProtocolVersion version = (ProtocolVersion)level;
        int flags = body[7];
        bool isCleanStart = (flags & CleanStartFlag) != 0;
        FieldReader fields = new(body[VariableHeaderLength..]);
        PacketStatus status = PropertySection.TryRead(ref fields, version, PropertyScope.Connect, out PropertySection properties);
        if (status != PacketStatus.Ok)
            return status;
        if (!fields.TryReadText(out ReadOnlySpan<byte> identifier))
            return PacketStatus.Malformed;
        WillMessage will = default;
        if ((flags & WillFlag) != 0)
        {
            status = WillMessage.TryRead(ref fields, version, flags, out will);
            if (status != PacketStatus.Ok)
                return status;
        }

        ReadOnlySpan<byte> userName = default;
        ReadOnlySpan<byte> password = default;
        bool hasUserName = (flags & UserNameFlag) != 0;
        bool hasPassword = (flags & PasswordFlag) != 0;
        if (hasUserName && !fields.TryReadText(out userName))
            return PacketStatus.Malformed;
        if (hasPassword && !fields.TryReadBinary(out password))
            return PacketStatus.Malformed;
        if (!fields.IsAtEnd)
            return PacketStatus.Malformed;
        if (identifier.IsEmpty && version == ProtocolVersion.V311 && !isCleanStart)
            return PacketStatus.ClientIdentifierNotValid;
        packet = new ConnectPacket
        {
            Version = version,
            CleanStart = isCleanStart,
            KeepAlive = (ushort)KeepAliveSeconds(body),
            Properties = properties,
            ClientIdentifier = identifier,
            HasWill = (flags & WillFlag) != 0,
            Will = will,
            HasUserName = hasUserName,
            UserName = userName,
            HasPassword = hasPassword,
            Password = password,
        };
        return PacketStatus.Ok;
    }
}
