using System.Buffers.Binary;

namespace SmartCityIoT.LoadTest.Mqtt;

/// <summary>Properties of CONNECT and CONNACK (MQTT 5 section 2.2.2.2).</summary>
internal static class Properties
{
    private const byte ReceiveMaximumProperty = 0x21;

    /// <summary>The Receive Maximum among the properties; null where it is not said.</summary>
    public static ushort? ReceiveMaximum(ReadOnlySpan<byte> properties)
    {
        while (!properties.IsEmpty)
        {
            if (properties[0] == ReceiveMaximumProperty) return BinaryPrimitives.ReadUInt16BigEndian(properties[1..]);
            properties = properties[LengthOf(properties)..];
        }

        return null;
    }

    private static int LengthOf(ReadOnlySpan<byte> property) => property[0] switch
    {
        0x17 or 0x19 or 0x24 or 0x25 or 0x28 or 0x29 or 0x2A => 2,
        0x13 or 0x22 => 3,
        0x11 or 0x27 => 5,
        0x12 or 0x15 or 0x16 or 0x1A or 0x1C or 0x1F => 3 + BinaryPrimitives.ReadUInt16BigEndian(property[1..]),
        0x26 => Pair(property),
        var other => throw new InvalidDataException($"property 0x{other:X2} is none of CONNECT or CONNACK"),
    };

    private static int Pair(ReadOnlySpan<byte> property)
    {
        var name = 3 + BinaryPrimitives.ReadUInt16BigEndian(property[1..]);
        return name + 2 + BinaryPrimitives.ReadUInt16BigEndian(property[name..]);
    }
}
