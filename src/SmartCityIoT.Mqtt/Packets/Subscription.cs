namespace SmartCityIoT.Mqtt.Packets;

/// <summary>One filter of a SUBSCRIBE and how its messages are sent.</summary>
public readonly ref struct Subscription(ReadOnlySpan<byte> filter, SubscriptionOptions options)
{
    public ReadOnlySpan<byte> Filter { get; } = filter;

    public SubscriptionOptions Options { get; } = options;
}
