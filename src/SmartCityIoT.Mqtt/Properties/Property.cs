using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Properties;

/// <summary>One property as it stands in its packet (MQTT 5 section 2.2.2.2).</summary>
public readonly ref struct Property
{
    public PropertyId Id { get; private init; }

    /// <summary>The value of a property that is a number, else 0.</summary>
    public uint Number { get; private init; }

    /// <summary>The value of a property that is text or binary data, without its length; of a user property its value.</summary>
    public ReadOnlySpan<byte> Value { get; private init; }

    /// <summary>The name of a user property, else empty.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>
    /// Reads the next property; false if it does not exist or is cut off.
    /// <code>
    /// property = identifier value                 identifiers take one byte so far, though the standard allows four
    /// value    = 1, 2 or 4 bytes / variable byte integer / text / binary / text text
    /// </code>
    /// </summary>
    internal static bool TryRead(scoped ref FieldReader fields, out Property property)
    {
        property = default;
        if (!fields.TryReadByte(out byte identifier))
            return false;
        PropertyId id = (PropertyId)identifier;
        ReadOnlySpan<byte> name = default;
        ReadOnlySpan<byte> value = default;
        uint number = 0;
        bool isWhole;
        switch (PropertyRules.KindOf(id))
        {
            case PropertyKind.Flag:
                isWhole = fields.TryReadByte(out byte flag);
                number = flag;
                break;
            case PropertyKind.UInt16 or PropertyKind.Positive16 or PropertyKind.TopicAlias:
                isWhole = fields.TryReadUInt16(out ushort two);
                number = two;
                break;
            case PropertyKind.UInt32 or PropertyKind.Positive32:
                isWhole = fields.TryReadUInt32(out number);
                break;
            case PropertyKind.PositiveVariable:
                isWhole = fields.TryReadVariable(out int variable);
                number = (uint)variable;
                break;
            case PropertyKind.Text or PropertyKind.TopicName:
                isWhole = fields.TryReadText(out value);
                break;
            case PropertyKind.Binary:
                isWhole = fields.TryReadBinary(out value);
                break;
            case PropertyKind.TextPair:
                // [MQTT-1.5.7-1]
                isWhole = fields.TryReadText(out name) && fields.TryReadText(out value);
                break;
            default:
                return false;
        }

        if (isWhole)
            property = new Property { Id = id, Number = number, Name = name, Value = value };
        return isWhole;
    }
}
