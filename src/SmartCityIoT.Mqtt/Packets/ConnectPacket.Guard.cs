using System.Buffers.Binary;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The part of a CONNECT packet that every client sends alike: what is judged before the rest is read.</summary>
public readonly ref partial struct ConnectPacket
{
    /// <summary>Bytes of protocol name, level, connect flags and keep alive.</summary>
    public const int VariableHeaderLength = 10;

    private static ReadOnlySpan<byte> Protocol => [0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T'];

    /// <summary>Judges the bytes behind the fixed header of a whole CONNECT packet; never throws.</summary>
    /// <param name="level">Protocol level, 4 or 5; 0 unless the status is <see cref="ConnectStatus.Ok"/>.</param>
    public static ConnectStatus Check(ReadOnlySpan<byte> body, out byte level)
    {
        level = 0;
        int compared = Math.Min(body.Length, Protocol.Length);
        if (!body[..compared].SequenceEqual(Protocol[..compared]))
            return ConnectStatus.OtherProtocol;
        if (body.Length > 6 && body[6] is not (4 or 5))
            return ConnectStatus.OtherLevel;

        // The client identifier's length is there in every CONNECT: two more bytes at least.
        if (body.Length < VariableHeaderLength + 2 || !AreFlagsLegal(body[7], body[6]))
            return ConnectStatus.Malformed;
        level = body[6];
        return ConnectStatus.Ok;
    }

    /// <summary>Seconds between packets that the client promises; 0 = no promise. For a body that passed <see cref="Check(ReadOnlySpan{byte}, out byte)"/>.</summary>
    public static int KeepAliveSeconds(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt16BigEndian(body[8..]);

    private static bool AreFlagsLegal(byte flags, byte level)
    {
        bool hasWill = (flags & 0x04) != 0;
        int willQos = (flags >> 3) & 3;
        bool hasUserName = (flags & 0x80) != 0;
        bool hasPassword = (flags & 0x40) != 0;
        return (flags & 0x01) == 0
            && (hasWill ? willQos < 3 : (flags & 0x38) == 0)

            // MQTT 5 allows a password alone, 3.1.1 does not.
            && (level == 5 || hasUserName || !hasPassword);
    }
}
