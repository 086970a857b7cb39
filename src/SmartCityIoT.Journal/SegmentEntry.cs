using System.Buffers.Binary;

namespace SmartCityIoT.Journal;

/// <summary>
/// Head of one entry of a segment; the body follows it.
/// <code>
///  magic      4  "SCJ1"
///  kind       1  1 block, 2 state, 3 quarantined range; then 3 bytes of zero
///  segment    8  random id of the file, so that bytes of another file or of a payload do not pass as an entry of this one
///  first      8  block: position of its first record; state: newest position ever given
///  count      4  block: records; state: cursors
///  length     4  bytes of the body
///  body       4  CRC-32C of the body; 0 for a block, whose records prove themselves
///  crc        4  CRC-32C of the 36 bytes before
/// </code>
/// All little endian.
/// </summary>
internal readonly record struct SegmentEntry(SegmentEntry.EntryKind Kind, ulong Segment, long First, int Count, int Length, uint BodyChecksum)
{
    public const int HeaderBytes = 40;

    private const byte MaxKind = (byte)EntryKind.Quarantine;

    internal enum EntryKind : byte
    {
        Block = 1,
        State = 2,
        Quarantine = 3,
    }

    /// <summary>What an entry begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "SCJ1"u8;

    /// <summary>Newest position that has been given when this entry is read.</summary>
    public long Last => Kind == EntryKind.Block ? First + Count - 1 : First;

    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], (byte)Kind);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], Segment);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], First);
        BinaryPrimitives.WriteInt32LittleEndian(destination[24..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(destination[28..], Length);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[32..], BodyChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[36..], Crc32C.Compute(0, destination[..36]));
    }

    /// <summary>False for anything but a sound head. Never throws.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentEntry entry)
    {
        entry = default;
        if (bytes.Length < HeaderBytes || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]) != Crc32C.Compute(0, bytes[..36]))
        {
            return false;
        }

        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        entry = new SegmentEntry(
            (EntryKind)kind,
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]));
        return kind is > 0 and <= MaxKind && entry.First >= 0 && entry.Count >= 0 && entry.Length >= 0;
    }
}
