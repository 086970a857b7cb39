using System.Buffers.Binary;

namespace SmartCityIoT.Mqtt.Fields;

/// <summary>
/// Reads the fields of a packet one behind the other (MQTT 5 section 1.5). False = the field is cut off or of the wrong form, which makes
/// the packet malformed.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    public readonly bool IsAtEnd => rest.IsEmpty;

    public bool TryReadByte(out byte value)
    {
        if (rest.IsEmpty)
        {
            value = 0;
            return false;
        }

        value = rest[0];
        rest = rest[1..];
        return true;
    }

    /// <summary>Two bytes, big endian.</summary>
    public bool TryReadUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out value))
            return false;
        rest = rest[sizeof(ushort)..];
        return true;
    }

    /// <summary>Four bytes, big endian.</summary>
    public bool TryReadUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(rest, out value))
            return false;
        rest = rest[sizeof(uint)..];
        return true;
    }

    public bool TryReadVariable(out int value)
    {
        if (!VariableByteInteger.TryRead(rest, out value, out int length))
            return false;
        rest = rest[length..];
        return true;
    }

    public bool TryReadBytes(int length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < length)
            return false;
        value = rest[..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>Two bytes of length and as many bytes.</summary>
    public bool TryReadBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out ushort length) || rest.Length - sizeof(ushort) < length)
            return false;
        value = rest.Slice(sizeof(ushort), length);
        rest = rest[(sizeof(ushort) + length)..];
        return true;
    }

    /// <summary>Two bytes of length and as many bytes of well-formed UTF-8 without U+0000.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> value) => TryReadBinary(out value) && Utf8Text.IsWellFormed(value);

    /// <summary>A packet identifier, which is never 0: MQTT 5 [MQTT-2.2.1-3] and [MQTT-2.2.1-4], MQTT 3.1.1 [MQTT-2.3.1-1].</summary>
    public PacketStatus ReadPacketId(out ushort value)
    {
        if (!TryReadUInt16(out value))
            return PacketStatus.Malformed;
        return value == 0 ? PacketStatus.ProtocolError : PacketStatus.Ok;
    }
}
