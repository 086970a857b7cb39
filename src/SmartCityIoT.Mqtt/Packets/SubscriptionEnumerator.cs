using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>Walks checked subscriptions in the order of the packet.</summary>
public ref struct SubscriptionEnumerator
{
    private FieldReader fields;
    private Subscription current;

    internal SubscriptionEnumerator(ReadOnlySpan<byte> subscriptions) => fields = new FieldReader(subscriptions);

    public readonly Subscription Current => current;

    public bool MoveNext()
    {
        if (!fields.TryReadBinary(out ReadOnlySpan<byte> filter) || !fields.TryReadByte(out byte options))
            return false;
        current = new Subscription(filter, new SubscriptionOptions(options));
        return true;
    }
}
