using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes the filters of an UNSUBSCRIBE, one behind the other.</summary>
public ref struct FilterListWriter(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;
    private int written;

    /// <summary>What was written so far.</summary>
    public readonly FilterList List => new(destination[..written]);

    /// <summary>Bytes that a filter takes.</summary>
    public static int Length(ReadOnlySpan<byte> filter) => FieldWriter.BinaryLength(filter);

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    public bool TryAdd(ReadOnlySpan<byte> filter)
    {
        if (destination.Length - written < Length(filter))
            return false;
        FieldWriter fields = new(destination[written..]);
        fields.WriteBinary(filter);
        written += fields.Written;
        return true;
    }
}
