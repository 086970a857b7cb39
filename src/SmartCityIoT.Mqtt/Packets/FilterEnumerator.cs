using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>Walks checked topic filters in the order of the packet.</summary>
public ref struct FilterEnumerator
{
    private FieldReader fields;
    private ReadOnlySpan<byte> current;

    internal FilterEnumerator(ReadOnlySpan<byte> filters) => fields = new FieldReader(filters);

    public readonly ReadOnlySpan<byte> Current => current;

    public bool MoveNext() => fields.TryReadBinary(out current);
}
