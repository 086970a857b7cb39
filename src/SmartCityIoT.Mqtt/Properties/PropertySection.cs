using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Properties;

/// <summary>
/// The properties of a packet, checked, as they stand in it. Walk them with <c>foreach</c>; nothing is allocated. MQTT 3.1.1 has none: the
/// section of such a packet is empty.
/// </summary>
public readonly ref struct PropertySection
{
    internal PropertySection(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>The properties without the length in front.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>Bytes of the section with the length in front.</summary>
    internal int FieldLength => VariableByteInteger.Length(Bytes.Length) + Bytes.Length;

    public PropertyEnumerator GetEnumerator() => new(Bytes);

    /// <summary>The first property with that identifier.</summary>
    public bool TryFind(PropertyId id, out Property property)
    {
        foreach (Property one in this)
        {
            if (one.Id == id)
            {
                property = one;
                return true;
            }
        }

        property = default;
        return false;
    }

    /// <summary>The number of the first property with that identifier, else what the standard says an absent one means.</summary>
    public uint NumberOf(PropertyId id, uint absent) => TryFind(id, out Property property) ? property.Number : absent;

    /// <summary>The text or binary data of the first property with that identifier, else empty.</summary>
    public ReadOnlySpan<byte> ValueOf(PropertyId id) => TryFind(id, out Property property) ? property.Value : default;

    /// <summary>
    /// <code>
    /// section = length *property                  length: variable byte integer, bytes of the properties [MQTT-2.2.2-1]
    /// </code>
    /// </summary>
    internal static PacketStatus TryRead(scoped ref FieldReader fields, PropertyScope scope, out PropertySection section, out ulong seen)
    {
        section = default;
        seen = 0;
        if (!fields.TryReadVariable(out int length) || !fields.TryReadBytes(length, out ReadOnlySpan<byte> bytes))
            return PacketStatus.Malformed;
        PacketStatus status = PropertyRules.Check(bytes, scope, out seen);
        if (status == PacketStatus.Ok)
            section = new PropertySection(bytes);
        return status;
    }

    /// <summary>As the other; a packet of MQTT 3.1.1 has no section, not even an empty one.</summary>
    internal static PacketStatus TryRead(scoped ref FieldReader fields, ProtocolVersion version, PropertyScope scope, out PropertySection section)
    {
        section = default;
        return version == ProtocolVersion.V5 ? TryRead(ref fields, scope, out section, out _) : PacketStatus.Ok;
    }
}
