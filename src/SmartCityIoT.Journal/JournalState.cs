using System.Buffers.Binary;
using System.Text;

namespace SmartCityIoT.Journal;

/// <summary>
/// Body of a state entry: newest durable position 8, released position 8 (what is at or below it may be deleted), then for each cursor its
/// position 8, length of its name 2, name in UTF-8. Little endian. Always whole, so that the newest sound one is all there is to know.
/// </summary>
internal static class JournalState
{
    private const int FixedBytes = sizeof(long) + sizeof(long);

    /// <summary>Writes the entry, head and body, into <paramref name="buffer"/>, which grows as needed, and returns its bytes.</summary>
    public static int Write(ref byte[] buffer, ulong segment, long head, long durable, long released, Dictionary<string, long> cursors)
    {
        int most = SegmentEntry.HeaderBytes + FixedBytes;
        foreach (string name in cursors.Keys)
        {
            most += sizeof(long) + sizeof(ushort) + Encoding.UTF8.GetMaxByteCount(name.Length);
        }

        if (buffer.Length < most)
            buffer = new byte[most];
        Span<byte> body = buffer.AsSpan(SegmentEntry.HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(body, durable);
        BinaryPrimitives.WriteInt64LittleEndian(body[sizeof(long)..], released);
        int at = FixedBytes;
        foreach ((string name, long position) in cursors)
        {
            BinaryPrimitives.WriteInt64LittleEndian(body[at..], position);
            int bytes = Encoding.UTF8.GetBytes(name, body[(at + sizeof(long) + sizeof(ushort))..]);
            BinaryPrimitives.WriteUInt16LittleEndian(body[(at + sizeof(long))..], checked((ushort)bytes));
            at += sizeof(long) + sizeof(ushort) + bytes;
        }

        new SegmentEntry(SegmentEntry.EntryKind.State, segment, head, cursors.Count, at, Crc32C.Compute(0, body[..at])).Write(buffer);
        return SegmentEntry.HeaderBytes + at;
    }

    /// <summary>Reads a body whose checksum is proved; false when it is not what <see cref="Write"/> writes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, int count, out long durable, out long released, out Dictionary<string, long> cursors)
    {
        durable = 0;
        released = 0;
        cursors = new Dictionary<string, long>(StringComparer.Ordinal);
        if (body.Length < FixedBytes)
            return false;
        durable = BinaryPrimitives.ReadInt64LittleEndian(body);
        released = BinaryPrimitives.ReadInt64LittleEndian(body[sizeof(long)..]);
        ReadOnlySpan<byte> rest = body[FixedBytes..];
        for (int i = 0; i < count; i++)
        {
            const int cursorBytes = sizeof(long) + sizeof(ushort);
            if (rest.Length < cursorBytes)
                return false;
            int bytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[sizeof(long)..]);
            if (rest.Length < cursorBytes + bytes)
                return false;
            cursors[Encoding.UTF8.GetString(rest.Slice(cursorBytes, bytes))] = BinaryPrimitives.ReadInt64LittleEndian(rest);
            rest = rest[(cursorBytes + bytes)..];
        }

        return rest.IsEmpty;
    }
}
