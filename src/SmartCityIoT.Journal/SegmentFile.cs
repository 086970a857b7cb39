namespace SmartCityIoT.Journal;

/// <summary>
/// What is known of one segment without reading it: how far it is committed, and where its records lie, in steps of
/// <see cref="ChunkBytes"/>, so that a backlog of small blocks costs no memory per block. Guarded by the store but for
/// <see cref="Length"/>.
/// </summary>
internal sealed class SegmentFile(string path, ulong id)
{
    /// <summary>Small blocks are looked up and released together up to this many bytes.</summary>
    public const int ChunkBytes = 64 * 1024;

    private readonly List<SegmentChunk> chunks = [];
    private int released;
    private long length;

    public string Path => path;

    public ulong Id => id;

    /// <summary>Committed bytes: readers go so far and no further.</summary>
    public long Length => Volatile.Read(ref length);

    /// <summary>Where its records lie, in their order.</summary>
    public IReadOnlyList<SegmentChunk> Chunks => chunks;

    /// <summary>Position of the newest record; 0 when there is none.</summary>
    public long Last => chunks.Count == 0 ? 0 : chunks[^1].Last;

    /// <summary>True when no cursor needs anything of it.</summary>
    public bool IsReleased => released == chunks.Count;

    /// <summary>Notes a block at <paramref name="offset"/>.</summary>
    public void Add(long offset, long first, long last, int bytes)
    {
        if (chunks.Count > released && chunks[^1].Bytes + bytes <= ChunkBytes)
            chunks[^1] = chunks[^1] with { Last = last, Bytes = chunks[^1].Bytes + bytes };
        else
            chunks.Add(new SegmentChunk(first, last, offset, bytes));
    }

    public void Add(SegmentChunk chunk) => chunks.Add(chunk);

    public void Commit(long newLength) => Volatile.Write(ref length, newLength);

    /// <summary>Lets go of all up to a position, and returns the bytes of it.</summary>
    public long Release(long upTo)
    {
        long bytes = 0;
        for (; released < chunks.Count && chunks[released].Last <= upTo; released++)
        {
            bytes += chunks[released].Bytes;
        }

        return bytes;
    }

    public long HeldBytes()
    {
        long bytes = 0;
        for (int i = released; i < chunks.Count; i++)
        {
            bytes += chunks[i].Bytes;
        }

        return bytes;
    }

    /// <summary>Where reading has to begin to meet the position or the first one after it; false when all records are before it.</summary>
    /// <param name="first">Position of the first record there.</param>
    public bool TryLocate(long position, out long offset, out long first)
    {
        int low = 0;
        int high = chunks.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (chunks[middle].Last >= position)
                high = middle;
            else
                low = middle + 1;
        }

        bool isFound = low < chunks.Count;
        offset = isFound ? chunks[low].Offset : 0;
        first = isFound ? chunks[low].First : 0;
        return isFound;
    }
}

/// <summary>Blocks of a segment that are looked up and released together.</summary>
/// <param name="First">Position of the first record.</param>
/// <param name="Last">Position of the last one.</param>
/// <param name="Offset">Where the first block begins.</param>
/// <param name="Bytes">Bytes of the blocks' records.</param>
internal readonly record struct SegmentChunk(long First, long Last, long Offset, int Bytes);
