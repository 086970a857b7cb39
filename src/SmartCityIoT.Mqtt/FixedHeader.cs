using System.Buffers;
using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt;

/// <summary>
/// The two to five bytes in front of every packet.
/// <code>
///  bits 7-4  type        bits 3-0  flags
///  1 to 4 bytes  remaining length: seven bits a byte, lowest first, high bit = more follows
/// </code>
/// </summary>
/// <param name="Flags">The low half of the first byte; for PUBLISH dup, QoS and retain, else fixed by the type.</param>
/// <param name="RemainingLength">Bytes behind the header, 0 to 268,435,455.</param>
/// <param name="HeaderLength">Bytes of the header itself, 2 to 5.</param>
public readonly record struct FixedHeader(PacketType Type, byte Flags, int RemainingLength, int HeaderLength)
{
    /// <summary>Most bytes that a header can take.</summary>
    public const int MaxLength = 5;

    /// <summary>Bytes of the whole packet.</summary>
    public int PacketLength => HeaderLength + RemainingLength;

    /// <summary>
    /// The length takes no more bytes than it needs. MQTT 5 demands that [MQTT-1.5.5-1], 3.1.1 does not, and some of its devices leave
    /// a fixed space for it.
    /// </summary>
    public bool IsShortest => HeaderLength == 1 + VariableByteInteger.Length(RemainingLength);

    /// <summary>Whether that side of a connection sends such packets at all. MQTT 3.1.1 has no AUTH, and its servers send no DISCONNECT.</summary>
    public bool MayComeFrom(PacketSender sender, ProtocolVersion version) => Type switch
    {
        PacketType.Connect or PacketType.Subscribe or PacketType.Unsubscribe or PacketType.PingReq => sender == PacketSender.Client,
        PacketType.ConnAck or PacketType.SubAck or PacketType.UnsubAck or PacketType.PingResp => sender == PacketSender.Server,
        PacketType.Disconnect => sender == PacketSender.Client || version == ProtocolVersion.V5,
        PacketType.Auth => version == ProtocolVersion.V5,
        PacketType.Reserved => false,
        _ => true,
    };

    /// <summary>Reads the header at the start of the bytes; never throws.</summary>
    public static HeaderStatus TryRead(ReadOnlySpan<byte> bytes, out FixedHeader header)
    {
        header = default;
        if (bytes.IsEmpty)
            return HeaderStatus.NeedMore;
        PacketType type = (PacketType)(bytes[0] >> 4);
        byte flags = (byte)(bytes[0] & 0x0F);
        if (!AreFlagsLegal(type, flags))
            return HeaderStatus.Malformed;
        int length = 0;
        for (int at = 1; at < MaxLength; at++)
        {
            if (at == bytes.Length)
                return HeaderStatus.NeedMore;
            length |= (bytes[at] & 0x7F) << (7 * (at - 1));
            if (bytes[at] < 0x80)
            {
                header = new FixedHeader(type, flags, length, at + 1);
                return HeaderStatus.Ok;
            }
        }

        return HeaderStatus.Malformed;
    }

    /// <summary>As the other, over the pieces of a pipe's buffer.</summary>
    public static HeaderStatus TryRead(in ReadOnlySequence<byte> bytes, out FixedHeader header)
    {
        ReadOnlySpan<byte> first = bytes.FirstSpan;
        if (first.Length >= MaxLength || bytes.IsSingleSegment)
            return TryRead(first, out header);
        Span<byte> start = stackalloc byte[MaxLength];
        int length = (int)Math.Min(MaxLength, bytes.Length);
        bytes.Slice(0, length).CopyTo(start);
        return TryRead(start[..length], out header);
    }

    /// <summary>MQTT 5 table 2-2, 3.1.1 table 2.2: any other value is a malformed packet. QoS 3 does not exist.</summary>
    private static bool AreFlagsLegal(PacketType type, byte flags) => type switch
    {
        PacketType.Reserved => false,
        PacketType.Publish => (flags & 0b0110) != 0b0110,
        PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 0b0010,
        _ => flags == 0,
    };
}
