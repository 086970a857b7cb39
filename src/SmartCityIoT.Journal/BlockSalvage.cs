namespace SmartCityIoT.Journal;

/// <summary>Proves a block's records by their own checksums, and keeps what is sound of a damaged one.</summary>
internal static class BlockSalvage
{
    /// <summary>A part of a block in which no sound record was found.</summary>
    /// <param name="FirstOrdinal">First record that is missing.</param>
    /// <param name="LastOrdinal">Last record that is missing; below the first where bytes are left over but no record is missing.</param>
    /// <param name="Bytes">The damaged bytes.</param>
    internal sealed record Loss(int FirstOrdinal, int LastOrdinal, byte[] Bytes);

    /// <summary>True when the block holds exactly <paramref name="count"/> sound records in order.</summary>
    public static bool IsSound(ReadOnlySpan<byte> block, long first, int count)
    {
        uint seed = RecordCodec.Seed(first);
        int at = 0;
        for (int ordinal = 0; ordinal < count; ordinal++)
        {
            if (!RecordCodec.TryRead(block[at..], first, seed, out JournalRecord record, out int size) || record.Position != first + ordinal)
                return false;
            at += size;
        }

        return at == block.Length;
    }

    /// <summary>
    /// Moves the sound records of a damaged block to its front and returns their bytes.
    /// </summary>
    /// <param name="count">Records that the block should hold, as far as that is known; set to what the records prove where they prove more.</param>
    public static int Salvage(Span<byte> block, long first, ref int count, List<Loss> losses)
    {
        uint seed = RecordCodec.Seed(first);

        // A count that the block's bytes cannot hold is damage too, and says nothing.
        int most = block.Length / RecordCodec.MinBytes;
        int claimed = count >= 0 && count <= most ? count : 0;
        int read = 0;
        int kept = 0;
        int expected = 0;
        int damagedFrom = 0;
        while (read < block.Length)
        {
            bool isSound = RecordCodec.TryRead(block[read..], first, seed, out JournalRecord record, out int size);
            long ordinal = record.Position - first;
            if (isSound && ordinal >= expected && ordinal < most)
            {
                if (read > damagedFrom || ordinal > expected)
                    losses.Add(new Loss(expected, (int)ordinal - 1, block[damagedFrom..read].ToArray()));
                block.Slice(read, size).CopyTo(block[kept..]);
                kept += size;
                read += size;
                expected = (int)ordinal + 1;
                damagedFrom = read;
                continue;
            }

            read += size > 0 && LeadsOn(block, read + size, first, seed, expected + 1, claimed) ? size : 1;
        }

        if (damagedFrom < block.Length || expected < claimed)
            losses.Add(new Loss(expected, Math.Max(expected, claimed) - 1, block[damagedFrom..].ToArray()));
        count = Math.Max(expected, claimed);
        return kept;
    }

    /// <summary>
    /// True when the end of a damaged record is the start of the very next one, or the end of the block's last. Then only its inside
    /// is damaged, and that must not be searched, since a payload may itself look like records.
    /// </summary>
    private static bool LeadsOn(ReadOnlySpan<byte> block, int end, long first, uint seed, int nextOrdinal, int claimed) =>
        end == block.Length
            ? nextOrdinal >= claimed
            : RecordCodec.TryRead(block[end..], first, seed, out JournalRecord next, out _) && next.Position == first + nextOrdinal;
}
