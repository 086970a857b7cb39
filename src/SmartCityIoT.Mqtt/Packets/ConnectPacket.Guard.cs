using System.Buffers;
using System.Buffers.Binary;
using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Packets;

/// <summary>The part of a CONNECT packet that every client sends alike, for a guard that lets another server read the rest.</summary>
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

    /// <summary>As the other, over the pieces of a pipe's buffer.</summary>
    public static ConnectStatus Check(in ReadOnlySequence<byte> body, out byte level)
    {
        if (body.FirstSpan.Length >= VariableHeaderLength + 2 || body.IsSingleSegment)
            return Check(body.FirstSpan, out level);
        Span<byte> start = stackalloc byte[VariableHeaderLength + 2];
        int length = (int)Math.Min(start.Length, body.Length);
        body.Slice(0, length).CopyTo(start);
        return Check(start[..length], out level);
    }

    /// <summary>Seconds between packets that the client promises; 0 = no promise. For a body that passed <see cref="Check(ReadOnlySpan{byte}, out byte)"/>.</summary>
    public static int KeepAliveSeconds(ReadOnlySpan<byte> body) => BinaryPrimitives.ReadUInt16BigEndian(body[8..]);

    /// <summary>
    /// Gives a 3.1.1 client that leaves its identifier to the server (no bytes, clean session: section 3.1.3.1) the one that the
    /// server chose. Any other packet is left alone.
    /// </summary>
    /// <param name="packet">A whole CONNECT packet that passed <see cref="Check(ReadOnlySpan{byte}, out byte)"/>.</param>
    /// <param name="named">The packet with the identifier in it.</param>
    public static bool TryNameClient(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> identifier, out byte[] named)
    {
        named = [];
        if (FixedHeader.TryRead(packet, out FixedHeader header) != HeaderStatus.Ok || packet.Length < header.PacketLength)
            return false;
        ReadOnlySpan<byte> body = packet.Slice(header.HeaderLength, header.RemainingLength);
        bool isCleanSession = (body[7] & 0x02) != 0;
        if (body[6] != 4 || !isCleanSession || BinaryPrimitives.ReadUInt16BigEndian(body[VariableHeaderLength..]) != 0)
            return false;

        int remaining = body.Length + identifier.Length;
        named = new byte[FixedHeader.MaxLength + remaining];
        int at = 0;
        named[at++] = packet[0];
        at += VariableByteInteger.Write(remaining, named.AsSpan(at));
        body[..VariableHeaderLength].CopyTo(named.AsSpan(at));
        at += VariableHeaderLength;
        BinaryPrimitives.WriteUInt16BigEndian(named.AsSpan(at), (ushort)identifier.Length);
        identifier.CopyTo(named.AsSpan(at + 2));
        at += 2 + identifier.Length;
        body[(VariableHeaderLength + 2)..].CopyTo(named.AsSpan(at));
        at += body.Length - VariableHeaderLength - 2;
        Array.Resize(ref named, at);
        return true;
    }

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
