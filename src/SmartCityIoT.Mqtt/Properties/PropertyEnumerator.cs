using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Properties;

/// <summary>Walks checked properties in the order of the packet.</summary>
public ref struct PropertyEnumerator
{
    private FieldReader fields;
    private Property current;

    internal PropertyEnumerator(ReadOnlySpan<byte> properties) => fields = new FieldReader(properties);

    public readonly Property Current => current;

    public bool MoveNext() => Property.TryRead(ref fields, out current);
}
