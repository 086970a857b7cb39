using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Journal;

/// <summary>
/// Walks the entries of a segment from a place on, through a window of bytes. Damage does not end the walk: it goes on at the
/// next entry whose head proves itself, and what lies between is searched for records. For one thread at a time.
/// </summary>
internal sealed class SegmentScanner(int windowBytes) : IDisposable
{
    private SafeFileHandle? file;
    private ulong? id;
    private byte[] window = [];
    private long windowStart;
    private int windowLength;
    private long expected;
    private long next;
    private long lastLimit;
    private int bodyStart;

    /// <summary>Where the next entry begins.</summary>
    public long Offset => next;

    /// <summary>Position that the next record should have.</summary>
    public long Expected => expected;

    /// <summary>Id of the file as its header or its entries tell; null while none has.</summary>
    public ulong? Id => id;

    /// <summary>Opens a file at a place of which is known what position comes next.</summary>
    /// <param name="id">Id of the file; null takes that of the first sound entry.</param>
    public void Open(string path, ulong? id, long offset, long expected)
    {
        Close();
        file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        this.id = id;
        this.expected = expected;
        next = offset;
        windowLength = 0;
    }

    public void Close()
    {
        file?.Dispose();
        file = null;
    }

    public void Dispose() => Close();

    /// <summary>Bytes of the entry that was found last; they are the window's own and valid until the next.</summary>
    public Memory<byte> Body(in ScannedEntry entry)
    {
        // A body that was only passed over is read now.
        if (bodyStart < 0)
        {
            long start = entry.Offset + SegmentEntry.HeaderBytes;
            if (!Fill(start, entry.Length, lastLimit))
                return Memory<byte>.Empty;
            bodyStart = (int)(start - windowStart);
        }

        return window.AsMemory(bodyStart, entry.Length);
    }

    /// <summary>The next entry before <paramref name="limit"/>, the end of what is committed. Throws <see cref="IOException"/>.</summary>
    public bool TryNext(long limit, out ScannedEntry entry)
    {
        entry = default;
        lastLimit = limit;
        if (next >= limit)
            return false;
        if (!TryHead(next, limit, out SegmentEntry head))
            return TryDamaged(limit, out entry);
        long at = next;
        long end = at + SegmentEntry.HeaderBytes + head.Length;
        if (end > limit)
            return TryTorn(head, limit, out entry);
        next = end;
        expected = Math.Max(expected, head.Last + 1);
        bodyStart = -1;
        entry = new ScannedEntry(
            head.Kind == SegmentEntry.EntryKind.Block ? ScannedEntry.EntryKind.Block : ScannedEntry.EntryKind.State, at, head.First, head.Count, head.Length);
        if (!entry.HasRecords && Crc32C.Compute(0, Body(entry).Span) != head.BodyChecksum)
            entry = entry with { Kind = ScannedEntry.EntryKind.DamagedState };
        return true;
    }

    private bool TryHead(long at, long limit, out SegmentEntry head)
    {
        head = default;
        if (!Fill(at, SegmentEntry.HeaderBytes, limit)
            || !SegmentEntry.TryRead(window.AsSpan((int)(at - windowStart), SegmentEntry.HeaderBytes), out head)
            || (id is not null && head.Segment != id))
        {
            return false;
        }

        id ??= head.Segment;
        return true;
    }

    /// <summary>A block whose end is missing was never acknowledged: what there is of it counts, and nothing of it is lost.</summary>
    private bool TryTorn(in SegmentEntry head, long limit, out ScannedEntry entry)
    {
        entry = default;
        int length = (int)(limit - next - SegmentEntry.HeaderBytes);
        if (head.Kind != SegmentEntry.EntryKind.Block || !Fill(next, SegmentEntry.HeaderBytes + length, limit))
        {
            next = limit;
            return false;
        }

        bodyStart = (int)(next - windowStart) + SegmentEntry.HeaderBytes;
        ReadOnlySpan<byte> body = window.AsSpan(bodyStart, length);
        uint seed = RecordCodec.Seed(head.First);
        int count = 0;
        int sound = 0;
        while (RecordCodec.TryRead(body[sound..], head.First, seed, out JournalRecord record, out int size) && record.Position == head.First + count)
        {
            sound += size;
            count++;
        }

        entry = new ScannedEntry(ScannedEntry.EntryKind.Block, next, head.First, count, sound);
        expected = Math.Max(expected, entry.Last + 1);
        next = count == 0 ? limit : next + SegmentEntry.HeaderBytes + sound;
        return count > 0;
    }

    private bool TryDamaged(long limit, out ScannedEntry entry)
    {
        entry = default;
        long at = next;
        long sound = FindHead(at + 1, limit, out long firstThere);
        if (sound < 0 && limit - at < SegmentEntry.HeaderBytes)
        {
            // The write of a head was cut off.
            next = limit;
            return false;
        }

        long end = sound < 0 ? limit : sound;
        int length = (int)Math.Min(end - at, Array.MaxLength / 4);
        if (!Fill(at, length, limit))
            return false;
        bodyStart = (int)(at - windowStart);
        int head = HasRecordBehindHead(length) ? SegmentEntry.HeaderBytes : 0;
        bodyStart += head;
        length -= head;
        byte[] region = window.AsSpan(bodyStart, length).ToArray();
        int count = -1;
        List<BlockSalvage.Loss> losses = [];
        if (BlockSalvage.Salvage(region, expected, ref count, losses) > 0)
        {
            // Behind the last record that proves itself another block may begin, whose records count from another position.
            int rest = losses.Count > 0 && losses[^1].FirstOrdinal == count ? losses[^1].Bytes.Length : 0;
            next = at + head + length - rest;
            entry = new ScannedEntry(ScannedEntry.EntryKind.Damaged, at, expected, count, length - rest);
        }
        else if (sound < 0)
        {
            next = limit;
            entry = new ScannedEntry(ScannedEntry.EntryKind.DamagedTail, at, expected - 1, 0, length);
        }
        else
        {
            next = sound;
            entry = new ScannedEntry(ScannedEntry.EntryKind.Damaged, at, expected, (int)Math.Clamp(firstThere - expected, 0, int.MaxValue), length);
        }

        expected = Math.Max(expected, entry.Last + 1);
        return true;
    }

    /// <summary>
    /// Where the head alone is damaged its first record proves itself right behind it. The bytes of the head are then passed over: by chance they
    /// look like a damaged record that ends where that one ends.
    /// </summary>
    private bool HasRecordBehindHead(int length) =>
        length > SegmentEntry.HeaderBytes
        && RecordCodec.TryRead(
            window.AsSpan(bodyStart + SegmentEntry.HeaderBytes, length - SegmentEntry.HeaderBytes), expected, RecordCodec.Seed(expected), out JournalRecord record, out _)
        && record.Position == expected;

    /// <summary>Offset of the next sound head; -1 when there is none.</summary>
    /// <param name="first">Position of the first record at or behind it.</param>
    private long FindHead(long from, long limit, out long first)
    {
        first = 0;
        for (long at = from; at + SegmentEntry.HeaderBytes <= limit;)
        {
            int wanted = (int)Math.Min(Math.Max(windowBytes, SegmentEntry.HeaderBytes), limit - at);
            if (!Fill(at, wanted, limit))
                return -1;
            int found = window.AsSpan((int)(at - windowStart), wanted).IndexOf(SegmentEntry.Magic);
            if (found < 0)
            {
                at += wanted - SegmentEntry.Magic.Length + 1;
                continue;
            }

            at += found;
            if (TryHead(at, limit, out SegmentEntry head))
            {
                first = head.Kind == SegmentEntry.EntryKind.Block ? head.First : head.First + 1;
                return at;
            }

            at++;
        }

        return -1;
    }

    /// <summary>Brings bytes into the window, with what follows them as far as it goes. False when the file does not hold them.</summary>
    private bool Fill(long at, int length, long limit)
    {
        if (at >= windowStart && at + length <= windowStart + windowLength)
            return true;
        if (at + length > limit)
            return false;
        int wanted = (int)Math.Max(length, Math.Min(windowBytes, limit - at));
        if (window.Length < wanted)
            window = GC.AllocateUninitializedArray<byte>(Math.Max(wanted, windowBytes));
        windowStart = at;
        windowLength = 0;
        while (windowLength < wanted)
        {
            int read = RandomAccess.Read(file!, window.AsSpan(windowLength, wanted - windowLength), at + windowLength);
            if (read == 0)
                break;
            windowLength += read;
        }

        return windowLength >= length;
    }
}
