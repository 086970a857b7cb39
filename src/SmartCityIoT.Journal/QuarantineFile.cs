using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Journal;

/// <summary>
/// Records that could not be read back, with the bytes that were found in their place, in a file of their own. Bounded: when it
/// outgrows its limit it is written anew without the older half, of which only the number of records is kept.
/// <code>
///  entry = head (kind 3, first, records in count) │ last 8 │ at 8 │ reason length 2, UTF-8 │ bytes
/// </code>
/// </summary>
internal sealed class QuarantineFile(string path, long maxBytes)
{
    private const int FixedBytes = sizeof(long) + sizeof(long) + sizeof(ushort);

    // First positions of what is here; of bytes without a record the complement.
    private readonly HashSet<long> firsts = [];

    // The limit speaks of bytes of records; heads of many small ranges must not make it zero.
    private const int MinBytes = 64 * 1024;

    private long length;

    /// <summary>Records over the life of the journal.</summary>
    public long Records { get; private set; }

    public bool Contains(QuarantinedRange range) => firsts.Contains(Key(range.First, range.Records));

    /// <summary>Reads what is there. What is damaged in it ends the reading, and is written over.</summary>
    public void Read()
    {
        if (!File.Exists(path))
            return;
        byte[] bytes = File.ReadAllBytes(path);
        int at = 0;
        while (TryRead(bytes.AsSpan(at), out SegmentEntry entry))
        {
            firsts.Add(Key(entry.First, entry.Count));
            Records += entry.Count;
            at += SegmentEntry.HeaderBytes + entry.Length;
        }

        length = at;
    }

    /// <summary>Writes the ranges that are new.</summary>
    public void Add(List<QuarantinedRange> ranges, bool isSynced)
    {
        SafeFileHandle? file = null;
        try
        {
            foreach (QuarantinedRange range in ranges)
            {
                // A reader that starts over meets the same damage again.
                if (Contains(range))
                    continue;
                file ??= File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
                byte[] bytes = Encode(range);
                RandomAccess.Write(file, bytes, length);
                length += bytes.Length;
                firsts.Add(Key(range.First, range.Records));
                Records += range.Records;
            }

            if (file is not null && isSynced)
                DiskSync.Sync(file);
        }
        finally
        {
            file?.Dispose();
        }

        if (length > Math.Max(maxBytes, MinBytes))
            Shorten(isSynced);
    }

    private static long Key(long first, long records) => records > 0 ? first : ~first;

    private static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentEntry entry) =>
        SegmentEntry.TryRead(bytes, out entry)
        && entry.Kind == SegmentEntry.EntryKind.Quarantine
        && entry.Length <= bytes.Length - SegmentEntry.HeaderBytes
        && Crc32C.Compute(0, bytes.Slice(SegmentEntry.HeaderBytes, entry.Length)) == entry.BodyChecksum;

    private static byte[] Encode(QuarantinedRange range)
    {
        byte[] reason = Encoding.UTF8.GetBytes(range.Reason.Length > 200 ? range.Reason[..200] : range.Reason);
        byte[] bytes = new byte[SegmentEntry.HeaderBytes + FixedBytes + reason.Length + range.Bytes.Length];
        Span<byte> body = bytes.AsSpan(SegmentEntry.HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(body, range.Last);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], range.At);
        BinaryPrimitives.WriteUInt16LittleEndian(body[16..], (ushort)reason.Length);
        reason.CopyTo(body[FixedBytes..]);
        range.Bytes.CopyTo(body[(FixedBytes + reason.Length)..]);
        int records = (int)Math.Min(range.Records, int.MaxValue);
        new SegmentEntry(SegmentEntry.EntryKind.Quarantine, 0, Math.Max(0, range.First), records, body.Length, Crc32C.Compute(0, body)).Write(bytes);
        return bytes;
    }

    /// <summary>Keeps the newer entries, in half the limit, behind one that stands for the others.</summary>
    private void Shorten(bool isSynced)
    {
        byte[] old = File.ReadAllBytes(path);
        List<(int Start, int Length, SegmentEntry Entry)> entries = [];
        for (int at = 0; TryRead(old.AsSpan(at), out SegmentEntry entry); at += SegmentEntry.HeaderBytes + entry.Length)
        {
            entries.Add((at, SegmentEntry.HeaderBytes + entry.Length, entry));
        }

        long room = maxBytes / 2;
        int from = entries.Count;
        while (from > 0 && entries[from - 1].Length <= room)
        {
            room -= entries[--from].Length;
        }

        long dropped = entries.Take(from).Sum(e => (long)e.Entry.Count);
        byte[] sum = Encode(new QuarantinedRange(0, dropped - 1, "older ranges", 0, []));
        string shorter = path + ".new";
        using (SafeFileHandle file = File.OpenHandle(shorter, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, sum, 0);
            length = sum.Length;
            if (from < entries.Count)
            {
                ReadOnlySpan<byte> kept = old.AsSpan(entries[from].Start, entries[^1].Start + entries[^1].Length - entries[from].Start);
                RandomAccess.Write(file, kept, length);
                length += kept.Length;
            }

            if (isSynced)
                DiskSync.Sync(file);
        }

        File.Move(shorter, path, overwrite: true);
    }
}
