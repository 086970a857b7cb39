using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Properties;

/// <summary>
/// Writes properties for a packet to be sent. False = the destination is too short, and nothing was written. Whether a property belongs into
/// the packet, and stands there once, is the caller's to know.
/// </summary>
public ref struct PropertyWriter(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;
    private int written;

    /// <summary>What was written so far.</summary>
    public readonly PropertySection Section => new(destination[..written]);

    /// <summary>Writes a property that is a number.</summary>
    /// <exception cref="ArgumentException">The property is no number.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number does not fit.</exception>
    public bool TryWrite(PropertyId id, uint number)
    {
        PropertyKind kind = PropertyRules.KindOf(id);
        (int length, uint largest) = kind switch
        {
            PropertyKind.Flag => (sizeof(byte), 1u),
            PropertyKind.UInt16 or PropertyKind.Positive16 or PropertyKind.TopicAlias => (sizeof(ushort), ushort.MaxValue),
            PropertyKind.UInt32 or PropertyKind.Positive32 => (sizeof(uint), uint.MaxValue),
            PropertyKind.PositiveVariable => (VariableByteInteger.Length((int)Math.Min(number, int.MaxValue)), (uint)VariableByteInteger.MaxValue),
            _ => throw new ArgumentException($"{id} is no number", nameof(id)),
        };
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, largest);
        if (destination.Length - written < 1 + length)
            return false;
        FieldWriter fields = new(destination[written..]);
        fields.WriteByte((byte)id);
        switch (length)
        {
            case var _ when kind == PropertyKind.PositiveVariable:
                fields.WriteVariable((int)number);
                break;
            case sizeof(byte):
                fields.WriteByte((byte)number);
                break;
            case sizeof(ushort):
                fields.WriteUInt16((ushort)number);
                break;
            default:
                fields.WriteUInt32(number);
                break;
        }

        written += fields.Written;
        return true;
    }

    /// <summary>Writes a property that is text or binary data.</summary>
    /// <exception cref="ArgumentException">The property is neither.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The value is longer than 65,535 bytes.</exception>
    public bool TryWrite(PropertyId id, ReadOnlySpan<byte> value)
    {
        if (PropertyRules.KindOf(id) is not (PropertyKind.Text or PropertyKind.TopicName or PropertyKind.Binary))
            throw new ArgumentException($"{id} is neither text nor binary data", nameof(id));
        if (destination.Length - written < 1 + FieldWriter.BinaryLength(value))
            return false;
        FieldWriter fields = new(destination[written..]);
        fields.WriteByte((byte)id);
        fields.WriteBinary(value);
        written += fields.Written;
        return true;
    }

    /// <summary>Writes a user property; there may be any number of them, of one name too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Name or value is longer than 65,535 bytes.</exception>
    public bool TryWriteUserProperty(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (destination.Length - written < 1 + FieldWriter.BinaryLength(name) + FieldWriter.BinaryLength(value))
            return false;
        FieldWriter fields = new(destination[written..]);
        fields.WriteByte((byte)PropertyId.UserProperty);
        fields.WriteBinary(name);
        fields.WriteBinary(value);
        written += fields.Written;
        return true;
    }
}
