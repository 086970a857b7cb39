using System.Buffers;

namespace SmartCityIoT.Mqtt;

/// <summary>
/// Finds the next packet in the bytes of a connection. A packet above the limit is known by its header, before a byte of it is waited for.
/// <code>
/// packet = fixed-header body                     see FixedHeader
/// </code>
/// </summary>
public static class PacketFramer
{
    /// <summary>Looks for a whole packet at the start of the bytes.</summary>
    /// <param name="maxPacketLength">Most bytes that a packet may have, fixed header included: the Maximum Packet Size that was agreed.</param>
    /// <param name="header">The packet's header; with <see cref="PacketStatus.NeedMore"/> it may be there before the packet is.</param>
    /// <param name="body">What stands behind the header.</param>
    /// <returns>
    /// <see cref="PacketStatus.Ok"/>, <see cref="PacketStatus.NeedMore"/>, <see cref="PacketStatus.PacketTooLarge"/> or <see cref="PacketStatus.Malformed"/>:
    /// reserved flags [MQTT-2.1.3-1], QoS 3 [MQTT-3.3.1-4], a length of five bytes or, in MQTT 5, of more than it needs [MQTT-1.5.5-1].
    /// </returns>
    public static PacketStatus TryRead(
        ReadOnlySpan<byte> bytes, ProtocolVersion version, int maxPacketLength, out FixedHeader header, out ReadOnlySpan<byte> body)
    {
        body = default;
        PacketStatus status = Judge(FixedHeader.TryRead(bytes, out header), header, version, maxPacketLength);
        if (status != PacketStatus.Ok)
            return status;
        if (bytes.Length < header.PacketLength)
            return PacketStatus.NeedMore;
        body = bytes.Slice(header.HeaderLength, header.RemainingLength);
        return PacketStatus.Ok;
    }

    /// <summary>As the other, over the pieces of a pipe's buffer.</summary>
    public static PacketStatus TryRead(
        in ReadOnlySequence<byte> bytes, ProtocolVersion version, int maxPacketLength, out FixedHeader header, out ReadOnlySequence<byte> body)
    {
        body = default;
        PacketStatus status = Judge(FixedHeader.TryRead(bytes, out header), header, version, maxPacketLength);
        if (status != PacketStatus.Ok)
            return status;
        if (bytes.Length < header.PacketLength)
            return PacketStatus.NeedMore;
        body = bytes.Slice(header.HeaderLength, header.RemainingLength);
        return PacketStatus.Ok;
    }

    /// <summary>
    /// A body as one span: where it stands, or copied together if it lies across the pieces of a pipe's buffer. Packets are read over one
    /// span, since nearly all of them lie in one piece.
    /// </summary>
    /// <param name="scratch">Room for the copy, as long as the longest body that the framer lets through.</param>
    /// <exception cref="ArgumentException">The body lies across pieces, and the room is too small for it.</exception>
    public static ReadOnlySpan<byte> AsSpan(scoped in ReadOnlySequence<byte> body, Span<byte> scratch)
    {
        if (body.IsSingleSegment)
            return body.FirstSpan;
        body.CopyTo(scratch);
        return scratch[..(int)body.Length];
    }

    private static PacketStatus Judge(HeaderStatus read, in FixedHeader header, ProtocolVersion version, int maxPacketLength)
    {
        if (read != HeaderStatus.Ok)
            return read == HeaderStatus.NeedMore ? PacketStatus.NeedMore : PacketStatus.Malformed;
        if (!header.IsShortest && version == ProtocolVersion.V5)
            return PacketStatus.Malformed;
        return header.PacketLength > maxPacketLength ? PacketStatus.PacketTooLarge : PacketStatus.Ok;
    }
}
