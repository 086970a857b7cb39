namespace SmartCityIoT.Journal;

/// <summary>
/// The newest committed blocks in one ring of bytes, so that a reader that keeps up reads no disk. Bounded by its bytes and
/// by <see cref="MaxBlocks"/>; the oldest blocks give way. Safe to use from several threads.
/// </summary>
internal sealed class RecentBlocks(int capacity)
{
    private const int MaxBlocks = 4_096;

    private readonly Lock sync = new();
    private readonly byte[] bytes = new byte[capacity];
    private readonly Entry[] entries = new Entry[MaxBlocks];
    private int oldest;
    private int count;
    private int end;

    public void Add(PendingBlock block)
    {
        ReadOnlySpan<byte> added = block.Bytes;
        lock (sync)
        {
            if (added.Length > bytes.Length)
            {
                // A gap would let a reader pass the block by.
                count = 0;
                return;
            }

            // The block lies in one piece: it starts over at the front where the end of the ring is too short for it.
            int offset = end + added.Length <= bytes.Length ? end : 0;
            while (count > 0 && (count == MaxBlocks || Overlaps(entries[oldest], offset, added.Length, wrapped: offset == 0 && end > 0)))
            {
                oldest = (oldest + 1) % MaxBlocks;
                count--;
            }

            added.CopyTo(bytes.AsSpan(offset));
            entries[(oldest + count) % MaxBlocks] = new Entry(block.First, block.Count, offset, added.Length);
            count++;
            end = offset + added.Length;
        }
    }

    public void Clear()
    {
        lock (sync)
            count = 0;
    }

    /// <summary>
    /// Copies the block that holds the first record after <paramref name="position"/> into <paramref name="buffer"/>, which grows as needed.
    /// False when that record is not known to be here.
    /// </summary>
    public bool TryCopy(long position, ref byte[] buffer, out BlockRow row)
    {
        row = default;
        lock (sync)
        {
            if (count == 0 || entries[oldest].First > position + 1)
                return false;

            // Lowest entry whose last record is after the position.
            int low = 0;
            int high = count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (At(middle).Last > position)
                    high = middle;
                else
                    low = middle + 1;
            }

            if (low == count)
                return false;
            Entry found = At(low);
            if (buffer.Length < found.Length)
                buffer = new byte[Math.Max(found.Length, buffer.Length * 2)];
            bytes.AsSpan(found.Offset, found.Length).CopyTo(buffer);
            row = new BlockRow(found.First, found.Count, found.Length);
            return true;
        }
    }

    private Entry At(int index) => entries[(oldest + index) % MaxBlocks];

    /// <summary>True when writing at the offset would run over the entry, or leaves it stranded between the old end and the ring's end.</summary>
    private bool Overlaps(Entry entry, int offset, int length, bool wrapped) =>
        (entry.Offset < offset + length && offset < entry.Offset + entry.Length) || (wrapped && entry.Offset >= end);

    private readonly record struct Entry(long First, int Count, int Offset, int Length)
    {
        public long Last => First + Count - 1;
    }
}
