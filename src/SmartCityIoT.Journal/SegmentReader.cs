namespace SmartCityIoT.Journal;

/// <summary>A reader's own way through the files.</summary>
internal sealed class SegmentReader(JournalSegments segments) : IDisposable
{
    /// <summary>Bytes read at a time: a block of the usual size and its head, or thousands of small ones.</summary>
    private const int WindowBytes = 320 * 1024;

    private readonly SegmentScanner scanner = new(WindowBytes);
    private SegmentFile? file;

    // Position of the last record passed.
    private long passed;

    /// <summary>
    /// The next block with records after <paramref name="position"/>; false when the files hold none. Throws <see cref="IOException"/>.
    /// </summary>
    /// <param name="bytes">The reader's own, valid until the next call.</param>
    public bool TryRead(long position, out BlockRow row, out Memory<byte> bytes)
    {
        if ((file is null || passed != position) && !Seek(position))
        {
            row = default;
            bytes = default;
            return false;
        }

        while (true)
        {
            while (scanner.TryNext(file!.Length, out ScannedEntry entry))
            {
                // Of a tail that went bad after it was read at the start it is known what it held.
                long last = entry.Kind == ScannedEntry.EntryKind.DamagedTail ? segments.LastOf(file) : entry.Last;
                if (entry.Kind is ScannedEntry.EntryKind.State or ScannedEntry.EntryKind.DamagedState || last <= position)
                    continue;
                passed = last;
                long first = entry.HasRecords ? entry.First : position + 1;
                row = new BlockRow(first, (int)Math.Min(last - first + 1, int.MaxValue), entry.Length);
                bytes = scanner.Body(entry);
                return true;
            }

            // This file is read to its end; unless it grows, another one goes on.
            SegmentFile ended = file;
            if (!Seek(position) || ReferenceEquals(ended, file))
            {
                file = null;
                row = default;
                bytes = default;
                return false;
            }
        }
    }

    public void Dispose() => scanner.Dispose();

    private bool Seek(long position)
    {
        while (segments.TryLocate(position + 1, out SegmentFile found, out long offset, out long first))
        {
            try
            {
                scanner.Open(found.Path, found.Id, offset, first);
                file = found;
                return true;
            }
            catch (FileNotFoundException)
            {
                // Either released since, and then the next look finds another, or taken away by someone.
                segments.Forget(found);
            }
        }

        file = null;
        return false;
    }
}
