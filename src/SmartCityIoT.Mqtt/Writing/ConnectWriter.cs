using SmartCityIoT.Mqtt.Fields;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Writing;

/// <summary>Writes CONNECT, a client's first packet. Properties are written only in MQTT 5.</summary>
public static class ConnectWriter
{
    private static ReadOnlySpan<byte> Protocol => "MQTT"u8;

    /// <summary>Bytes of the packet.</summary>
    public static int Length(in ConnectPacket packet) => PacketWriter.Length(RemainingLength(packet));

    /// <summary>False = the destination is too short, and nothing was written.</summary>
    /// <exception cref="ArgumentException">The packet breaks a rule of its version: a password without a user name in MQTT 3.1.1, a field above 65,535 bytes.</exception>
    public static bool TryWrite(in ConnectPacket packet, Span<byte> destination, out int written)
    {
        if (packet.HasPassword && !packet.HasUserName && packet.Version == ProtocolVersion.V311)
            throw new ArgumentException("MQTT 3.1.1 has no password without a user name [MQTT-3.1.2-22]", nameof(packet));
        if (!PacketWriter.TryBegin(PacketType.Connect, 0, RemainingLength(packet), destination, out FieldWriter fields, out written))
            return false;
        fields.WriteBinary(Protocol);
        fields.WriteByte((byte)packet.Version);
        fields.WriteByte(Flags(packet));
        fields.WriteUInt16(packet.KeepAlive);
        PacketWriter.Write(ref fields, packet.Properties, packet.Version);
        fields.WriteBinary(packet.ClientIdentifier);
        if (packet.HasWill)
        {
            PacketWriter.Write(ref fields, packet.Will.Properties, packet.Version);
            fields.WriteBinary(packet.Will.Topic);
            fields.WriteBinary(packet.Will.Payload);
        }

        if (packet.HasUserName)
            fields.WriteBinary(packet.UserName);
        if (packet.HasPassword)
            fields.WriteBinary(packet.Password);
        return true;
    }

    private static byte Flags(in ConnectPacket packet)
    {
        int flags = packet.CleanStart ? ConnectPacket.CleanStartFlag : 0;
        if (packet.HasWill)
            flags |= ConnectPacket.WillFlag | packet.Will.Qos << ConnectPacket.WillQosShift | (packet.Will.IsRetained ? ConnectPacket.WillRetainFlag : 0);
        if (packet.HasUserName)
            flags |= ConnectPacket.UserNameFlag;
        if (packet.HasPassword)
            flags |= ConnectPacket.PasswordFlag;
        return (byte)flags;
    }

    private static int RemainingLength(in ConnectPacket packet)
    {
        int length = ConnectPacket.VariableHeaderLength
            + PacketWriter.Length(packet.Properties, packet.Version)
            + FieldWriter.BinaryLength(packet.ClientIdentifier);
        if (packet.HasWill)
        {
            length += PacketWriter.Length(packet.Will.Properties, packet.Version)
                + FieldWriter.BinaryLength(packet.Will.Topic)
                + FieldWriter.BinaryLength(packet.Will.Payload);
        }

        if (packet.HasUserName)
            length += FieldWriter.BinaryLength(packet.UserName);
        return packet.HasPassword ? length + FieldWriter.BinaryLength(packet.Password) : length;
    }
}
