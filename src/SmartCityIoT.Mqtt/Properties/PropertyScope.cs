namespace SmartCityIoT.Mqtt.Properties;

/// <summary>Where a property stands: a bit for each packet type, at the type's number, and one for the will's own properties in CONNECT.</summary>
[Flags]
internal enum PropertyScope : ushort
{
    None = 0,
    Will = 1 << (int)PacketType.Reserved,
    Connect = 1 << (int)PacketType.Connect,
    ConnAck = 1 << (int)PacketType.ConnAck,
    Publish = 1 << (int)PacketType.Publish,
    PubAck = 1 << (int)PacketType.PubAck,
    PubRec = 1 << (int)PacketType.PubRec,
    PubRel = 1 << (int)PacketType.PubRel,
    PubComp = 1 << (int)PacketType.PubComp,
    Subscribe = 1 << (int)PacketType.Subscribe,
    SubAck = 1 << (int)PacketType.SubAck,
    Unsubscribe = 1 << (int)PacketType.Unsubscribe,
    UnsubAck = 1 << (int)PacketType.UnsubAck,
    Disconnect = 1 << (int)PacketType.Disconnect,
    Auth = 1 << (int)PacketType.Auth,

    /// <summary>What answers a packet, and so can say why.</summary>
    Answers = ConnAck | PubAck | PubRec | PubRel | PubComp | SubAck | UnsubAck | Disconnect | Auth,
    All = Answers | Will | Connect | Publish | Subscribe | Unsubscribe,
}
