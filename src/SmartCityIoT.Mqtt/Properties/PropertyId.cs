namespace SmartCityIoT.Mqtt.Properties;

/// <summary>Property identifiers (MQTT 5 table 2-4). <see cref="PropertyRules"/> says which packet may carry which, and of what kind each is.</summary>
public enum PropertyId : byte
{
    PayloadFormatIndicator = 0x01,

    /// <summary>Seconds.</summary>
    MessageExpiryInterval = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,

    /// <summary>Seconds; 0xFFFFFFFF = never.</summary>
    SessionExpiryInterval = 0x11,
    AssignedClientIdentifier = 0x12,

    /// <summary>Seconds.</summary>
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,

    /// <summary>Seconds.</summary>
    WillDelayInterval = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,

    /// <summary>QoS 1 and 2 messages in flight towards the sender of the property.</summary>
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,

    /// <summary>Bytes, fixed header included.</summary>
    MaximumPacketSize = 0x27,
    WildcardSubscriptionAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedSubscriptionAvailable = 0x2A,
}
