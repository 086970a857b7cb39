using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Journal;

/// <content>Goes on after a failed write.</content>
internal sealed partial class JournalSegments
{
    /// <summary>
    /// Goes on in a new file after a failed write. The old one ends where its last commit ended: bytes after it were not
    /// acknowledged, and after a failed sync only what was synced before is known to be there.
    /// </summary>
    /// <param name="given">Newest position ever given; those of the failed commit are not used again.</param>
    public void Recover(long given)
    {
        writing?.Dispose();
        writing = null;
        CutOff(current.Path, current.Length);
        Verify();
        head = Math.Max(head, given);
        StartFile();
    }

    private static void CutOff(string path, long length)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.SetLength(file, length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // They stay, and prove themselves after a restart or not: nobody was told of them.
        }
    }

    /// <summary>Reads back what was committed to the file. What is damaged in it the readers meet and name; here it is told.</summary>
    private void Verify()
    {
        try
        {
            using SegmentScanner scanner = new(ScanWindow);
            scanner.Open(current.Path, current.Id, SegmentHeader.Bytes, 0);
            while (scanner.TryNext(current.Length, out ScannedEntry entry))
            {
                bool isSound = entry.Kind == ScannedEntry.EntryKind.Block
                    ? BlockSalvage.IsSound(scanner.Body(entry).Span, entry.First, entry.Count)
                    : entry.Kind == ScannedEntry.EntryKind.State;
                if (!isSound)
                    JournalLog.NotVerified(logger, current.Path, entry.Offset, "its checksum fails");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JournalLog.NotVerified(logger, current.Path, 0, exception.Message);
        }
    }
}
