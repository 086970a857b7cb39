namespace SmartCityIoT.Mqtt.Fields;

/// <summary>
/// A number of up to 28 bits in one to four bytes (MQTT 5 section 1.5.5): seven bits a byte, lowest first, high bit = more follows.
/// </summary>
public static class VariableByteInteger
{
    public const int MaxValue = 268_435_455;

    /// <summary>Bytes that the largest value takes.</summary>
    public const int MaxLength = 4;

    /// <summary>Bytes that a value of 0 to <see cref="MaxValue"/> takes.</summary>
    public static int Length(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    /// <summary>Writes a value of 0 to <see cref="MaxValue"/> and returns its <see cref="Length"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value does not fit into 28 bits.</exception>
    /// <exception cref="IndexOutOfRangeException">The destination is too short.</exception>
    public static int Write(int value, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)MaxValue, nameof(value));
        int length = 0;
        while (value > 0x7F)
        {
            destination[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[length++] = (byte)value;
        return length;
    }

    /// <summary>False for a number that is cut off, takes a fifth byte, or takes more bytes than it needs [MQTT-1.5.5-1].</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int value, out int length)
    {
        value = 0;
        for (length = 0; length < MaxLength && length < bytes.Length;)
        {
            byte part = bytes[length];
            value |= (part & 0x7F) << (7 * length);
            length++;
            if (part < 0x80)
                return part != 0 || length == 1;
        }

        return false;
    }
}
