using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SmartCityIoT.Journal;

/// <summary>
/// Bytes of one record inside a block.
/// <code>
///  crc32c      4, little endian, over all that follows; seeded with the position of the block's first record, so that a
///              record found in another block, or copied into a payload, does not pass as one of this block
///  length      varint: bytes after this field
///  ordinal     varint: place in the block, from 0; tells the position of a record behind a damaged one
///  receivedAt  6, little endian, Unix ms
///  kind port qos source   1 each
///  topic       varint length, bytes
///  payload     the rest
/// </code>
/// </summary>
internal static class RecordCodec
{
    /// <summary>Largest receive time that six bytes hold, about the year 10889.</summary>
    public const long MaxReceivedAt = (1L << 48) - 1;

    /// <summary>crc, length, ordinal, time, four single bytes, topic length; a record is never smaller.</summary>
    public const int MinBytes = 4 + 1 + 1 + 6 + 4 + 1;

    /// <summary>What a record can cost at most beyond its topic and payload: the varints at full width.</summary>
    public const int MaxOverhead = 4 + MaxVarint + MaxVarint + 6 + 4 + MaxVarint;

    private const int MaxVarint = 5;
    private const int FixedBytes = 6 + 4;

    public static uint Seed(long firstPosition)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, firstPosition);
        return Crc32C.Compute(0, bytes);
    }

    /// <summary>Writes one record at the start of <paramref name="destination"/> and returns its bytes.</summary>
    public static int Write(
        Span<byte> destination,
        uint seed,
        int ordinal,
        long receivedAt,
        byte kind,
        byte port,
        byte qos,
        byte source,
        ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload)
    {
        int length = VarintBytes(ordinal) + FixedBytes + VarintBytes(topic.Length) + topic.Length + payload.Length;
        int at = 4;
        at += WriteVarint(destination[at..], length);
        at += WriteVarint(destination[at..], ordinal);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[at..], (uint)receivedAt);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[(at + 4)..], (ushort)(receivedAt >> 32));
        destination[at + 6] = kind;
        destination[at + 7] = port;
        destination[at + 8] = qos;
        destination[at + 9] = source;
        at += FixedBytes;
        at += WriteVarint(destination[at..], topic.Length);
        topic.CopyTo(destination[at..]);
        at += topic.Length;
        payload.CopyTo(destination[at..]);
        at += payload.Length;
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Crc32C.Compute(seed, destination[4..at]));
        return at;
    }

    /// <summary>Reads the record at the start of <paramref name="bytes"/>; false on anything but a whole and sound one. Never throws.</summary>
    /// <param name="size">Bytes that the record says it takes, also when the checksum refuses it; 0 where the frame itself is nonsense.</param>
    [SuppressMessage("Design", "CA1021", Justification = "The try pattern with two results.")]
    public static bool TryRead(ReadOnlySpan<byte> bytes, long firstPosition, uint seed, out JournalRecord record, out int size) =>
        TryFrame(bytes, firstPosition, out record, out size)
        && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Crc32C.Compute(seed, bytes[4..size]);

    /// <summary>As <see cref="TryRead"/>, for bytes whose checksums have been proved already.</summary>
    public static bool TryFrame(ReadOnlySpan<byte> bytes, long firstPosition, out JournalRecord record, out int size)
    {
        record = default;
        size = 0;
        if (bytes.Length < MinBytes)
            return false;
        int at = 4;
        if (!TryReadVarint(bytes, ref at, out int length) || length > bytes.Length - at || length < FixedBytes + 2)
            return false;
        ReadOnlySpan<byte> body = bytes.Slice(at, length);
        int end = at + length;
        at = 0;
        if (!TryReadVarint(body, ref at, out int ordinal) || body.Length - at < FixedBytes + 1)
            return false;
        long receivedAt = BinaryPrimitives.ReadUInt32LittleEndian(body[at..])
            | ((long)BinaryPrimitives.ReadUInt16LittleEndian(body[(at + 4)..]) << 32);
        ReadOnlySpan<byte> single = body.Slice(at + 6, 4);
        at += FixedBytes;
        if (!TryReadVarint(body, ref at, out int topicLength) || topicLength > body.Length - at)
            return false;
        record = new JournalRecord(
            firstPosition + ordinal, receivedAt, single[0], single[1], single[2], single[3], body.Slice(at, topicLength), body[(at + topicLength)..]);
        size = end;
        return true;
    }

    private static int VarintBytes(int value) => value switch { < 1 << 7 => 1, < 1 << 14 => 2, < 1 << 21 => 3, < 1 << 28 => 4, _ => 5 };

    private static int WriteVarint(Span<byte> destination, int value)
    {
        int at = 0;
        for (uint rest = (uint)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                destination[at] = (byte)rest;
                return at + 1;
            }

            destination[at++] = (byte)(rest | 0x80);
        }
    }

    /// <summary>Seven bits a byte, lowest first, at most 31 bits in all.</summary>
    private static bool TryReadVarint(ReadOnlySpan<byte> bytes, ref int at, out int value)
    {
        // Nearly all are of one byte.
        if ((uint)at < (uint)bytes.Length && bytes[at] < 0x80)
        {
            value = bytes[at++];
            return true;
        }

        return TryReadLongVarint(bytes, ref at, out value);
    }

    private static bool TryReadLongVarint(ReadOnlySpan<byte> bytes, ref int at, out int value)
    {
        value = 0;
        for (int shift = 0; shift < 7 * MaxVarint && at < bytes.Length; shift += 7)
        {
            byte next = bytes[at++];
            if (shift == 28 && next > 0x07)
                return false;
            value |= (next & 0x7F) << shift;
            if (next < 0x80)
                return true;
        }

        return false;
    }
}
