namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The subscriptions of a SUBSCRIBE as they stand in it. Walk them with <c>foreach</c>; nothing is allocated.</summary>
public readonly ref struct SubscriptionList
{
    internal SubscriptionList(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    public ReadOnlySpan<byte> Bytes { get; }

    public SubscriptionEnumerator GetEnumerator() => new(Bytes);
}
