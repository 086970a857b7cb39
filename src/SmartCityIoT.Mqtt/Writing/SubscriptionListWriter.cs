using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes the subscriptions of a SUBSCRIBE, one behind the other.</summary>
public ref struct SubscriptionListWriter(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;
    private int written;

    /// <summary>What was written so far.</summary>
    public readonly SubscriptionList List => new(destination[..written]);

    /// <summary>Bytes that a filter takes with its options.</summary>
    public static int Length(ReadOnlySpan<byte> filter) => FieldWriter.BinaryLength(filter) + 1;

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public bool TryAdd(ReadOnlySpan<byte> filter, SubscriptionOptions options)
    {
        if (destination.Length - written < Length(filter))
            return false;
        FieldWriter fields = new(destination[written..]);
        fields.WriteBinary(filter);
        fields.WriteByte(options.Value);
        written += fields.Written;
        return true;
    }
}
