using System.Buffers.Binary;

namespace SmartCityIoT.Mqtt.Fields;

/// <summary>Writes the fields of a packet one behind the other into bytes that are known to be enough.</summary>
internal ref struct FieldWriter(Span<byte> destination)
{
    private readonly Span<byte> destination = destination;

    /// <summary>Bytes written.</summary>
    public int Written { get; private set; }

    public void WriteByte(byte value) => destination[Written++] = value;

    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination[Written..], value);
        Written += sizeof(ushort);
    }

    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination[Written..], value);
        Written += sizeof(uint);
    }

    public void WriteVariable(int value) => Written += VariableByteInteger.Write(value, destination[Written..]);

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(destination[Written..]);
        Written += value.Length;
    }

    /// <summary>Two bytes of length and the bytes; <see cref="BinaryLength"/> says how many that are.</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        WriteUInt16((ushort)value.Length);
        WriteBytes(value);
    }

    /// <summary>Bytes of a binary or text field with its length in front.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The field is longer than 65,535 bytes, which no packet can carry.</exception>
    public static int BinaryLength(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue, nameof(value));
        return sizeof(ushort) + value.Length;
    }
}
