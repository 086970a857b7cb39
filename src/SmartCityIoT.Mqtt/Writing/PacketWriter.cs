using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>What all writers share: the fixed header, and the question whether the packet fits.</summary>
internal static class PacketWriter
{
    /// <summary>Bytes of a packet with that many behind its fixed header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 268,435,455 bytes, which no packet can carry.</exception>
    public static int Length(int remainingLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(remainingLength, VariableByteInteger.MaxValue);
        return 1 + VariableByteInteger.Length(remainingLength) + remainingLength;
    }

    /// <summary>Writes the fixed header, if the whole packet fits into the destination.</summary>
    /// <param name="written">Bytes of the whole packet; 0 if it does not fit.</param>
    public static bool TryBegin(PacketType type, int flags, int remainingLength, Span<byte> destination, out FieldWriter fields, out int written)
    {
        int length = Length(remainingLength);
        written = 0;
        fields = default;
        if (destination.Length < length)
            return false;
        fields = new FieldWriter(destination);
        fields.WriteByte((byte)((int)type << 4 | flags));
        fields.WriteVariable(remainingLength);
        written = length;
        return true;
    }

    /// <summary>Bytes of the property section in a packet of that version.</summary>
    public static int Length(in PropertySection properties, ProtocolVersion version) => version == ProtocolVersion.V5 ? properties.FieldLength : 0;

    public static void Write(ref FieldWriter fields, in PropertySection properties, ProtocolVersion version)
    {
        if (version != ProtocolVersion.V5)
            return;
        fields.WriteVariable(properties.Bytes.Length);
        fields.WriteBytes(properties.Bytes);
    }
}
