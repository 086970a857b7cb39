using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Properties;

/// <summary>What the standard demands of properties: section 2.2.2 and the paragraph of each.</summary>
internal static class PropertyRules
{
    private const int Identifiers = (int)PropertyId.SharedSubscriptionAvailable + 1;

    private static readonly PropertyKind[] Kinds = new PropertyKind[Identifiers];
    private static readonly PropertyScope[] Scopes = new PropertyScope[Identifiers];

    static PropertyRules()
    {
        const PropertyScope Message = PropertyScope.Publish | PropertyScope.Will;
        const PropertyScope Session = PropertyScope.Connect | PropertyScope.ConnAck;

        Add(PropertyId.PayloadFormatIndicator, PropertyKind.Flag, Message);
        Add(PropertyId.MessageExpiryInterval, PropertyKind.UInt32, Message);
        Add(PropertyId.ContentType, PropertyKind.Text, Message);
        Add(PropertyId.ResponseTopic, PropertyKind.TopicName, Message);
        Add(PropertyId.CorrelationData, PropertyKind.Binary, Message);
        Add(PropertyId.SubscriptionIdentifier, PropertyKind.PositiveVariable, PropertyScope.Publish | PropertyScope.Subscribe);
        Add(PropertyId.SessionExpiryInterval, PropertyKind.UInt32, Session | PropertyScope.Disconnect);
        Add(PropertyId.AssignedClientIdentifier, PropertyKind.Text, PropertyScope.ConnAck);
        Add(PropertyId.ServerKeepAlive, PropertyKind.UInt16, PropertyScope.ConnAck);
        Add(PropertyId.AuthenticationMethod, PropertyKind.Text, Session | PropertyScope.Auth);
        Add(PropertyId.AuthenticationData, PropertyKind.Binary, Session | PropertyScope.Auth);
        Add(PropertyId.RequestProblemInformation, PropertyKind.Flag, PropertyScope.Connect);
        Add(PropertyId.WillDelayInterval, PropertyKind.UInt32, PropertyScope.Will);
        Add(PropertyId.RequestResponseInformation, PropertyKind.Flag, PropertyScope.Connect);
        Add(PropertyId.ResponseInformation, PropertyKind.Text, PropertyScope.ConnAck);
        Add(PropertyId.ServerReference, PropertyKind.Text, PropertyScope.ConnAck | PropertyScope.Disconnect);
        Add(PropertyId.ReasonString, PropertyKind.Text, PropertyScope.Answers);
        Add(PropertyId.ReceiveMaximum, PropertyKind.Positive16, Session);
        Add(PropertyId.TopicAliasMaximum, PropertyKind.UInt16, Session);
        Add(PropertyId.TopicAlias, PropertyKind.TopicAlias, PropertyScope.Publish);
        Add(PropertyId.MaximumQos, PropertyKind.Flag, PropertyScope.ConnAck);
        Add(PropertyId.RetainAvailable, PropertyKind.Flag, PropertyScope.ConnAck);
        Add(PropertyId.UserProperty, PropertyKind.TextPair, PropertyScope.All);
        Add(PropertyId.MaximumPacketSize, PropertyKind.Positive32, Session);
        Add(PropertyId.WildcardSubscriptionAvailable, PropertyKind.Flag, PropertyScope.ConnAck);
        Add(PropertyId.SubscriptionIdentifierAvailable, PropertyKind.Flag, PropertyScope.ConnAck);
        Add(PropertyId.SharedSubscriptionAvailable, PropertyKind.Flag, PropertyScope.ConnAck);
    }

    public static PropertyKind KindOf(PropertyId id) => (int)id < Identifiers ? Kinds[(int)id] : PropertyKind.None;

    /// <summary>Walks the properties of a packet once and judges each.</summary>
    /// <param name="seen">A bit for each identifier that is there.</param>
    /// <returns>
    /// <see cref="PacketStatus.Malformed"/>: an identifier that does not exist or does not belong into this packet, a value that is cut off or not of
    /// its type (section 2.2.2.2). <see cref="PacketStatus.ProtocolError"/>: a property twice, but user properties, and subscription identifiers of a PUBLISH
    /// (section 3.3.2.3.8); a value that the property's own paragraph forbids. <see cref="PacketStatus.TopicAliasInvalid"/>: alias 0 [MQTT-3.3.2-8].
    /// <see cref="PacketStatus.TopicNameInvalid"/>: a response topic with wildcards [MQTT-3.3.2-14].
    /// </returns>
    public static PacketStatus Check(ReadOnlySpan<byte> properties, PropertyScope scope, out ulong seen)
    {
        seen = 0;
        FieldReader fields = new(properties);
        while (!fields.IsAtEnd)
        {
            if (!Property.TryRead(ref fields, out Property property) || (Scopes[(int)property.Id] & scope) == 0)
                return PacketStatus.Malformed;
            ulong bit = BitOf(property.Id);
            bool mayRepeat = property.Id == PropertyId.UserProperty
                || (property.Id == PropertyId.SubscriptionIdentifier && scope == PropertyScope.Publish);
            if ((seen & bit) != 0 && !mayRepeat)
                return PacketStatus.ProtocolError;
            seen |= bit;
            PacketStatus value = CheckValue(property);
            if (value != PacketStatus.Ok)
                return value;
        }

        // Sections 3.1.2.11.10 and 3.2.2.3.18: data makes no sense without its method.
        bool isDataAlone = (seen & (BitOf(PropertyId.AuthenticationData) | BitOf(PropertyId.AuthenticationMethod))) == BitOf(PropertyId.AuthenticationData);
        return isDataAlone ? PacketStatus.ProtocolError : PacketStatus.Ok;
    }

    public static ulong BitOf(PropertyId id) => 1ul << (int)id;

    private static PacketStatus CheckValue(in Property property) => Kinds[(int)property.Id] switch
    {
        PropertyKind.Flag when property.Number > 1 => PacketStatus.ProtocolError,
        PropertyKind.Positive16 or PropertyKind.Positive32 or PropertyKind.PositiveVariable when property.Number == 0 => PacketStatus.ProtocolError,
        PropertyKind.TopicAlias when property.Number == 0 => PacketStatus.TopicAliasInvalid,
        PropertyKind.TopicName => TopicName.Check(property.Value),
        _ => PacketStatus.Ok,
    };

    private static void Add(PropertyId id, PropertyKind kind, PropertyScope scope)
    {
        Kinds[(int)id] = kind;
        Scopes[(int)id] = scope;
    }
}
