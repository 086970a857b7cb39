using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Journal;

/// <content>Finds out what the files hold. Whatever state they are in, the journal starts.</content>
internal sealed partial class JournalSegments
{
    /// <summary>Bytes read at a time where only heads are wanted.</summary>
    private const int ScanWindow = 16 * 1024;

    /// <summary>Bytes of an unreadable tail that go into quarantine.</summary>
    private const int MaxTailBytes = 64 * 1024;

    /// <summary>What the files hold, read once.</summary>
    /// <param name="Head">Newest position given to a record.</param>
    /// <param name="Bytes">Bytes of records above the lowest cursor.</param>
    /// <param name="Cursors">Cursors by name.</param>
    /// <param name="DamagedStates">Files in which a state cannot be trusted; an older one then stands in.</param>
    /// <param name="Lost">Records that are missing and in no earlier quarantine.</param>
    public sealed record Contents(
        long Head,
        long Bytes,
        long QuarantinedRecords,
        IReadOnlyDictionary<string, long> Cursors,
        IReadOnlyList<string> DamagedStates,
        IReadOnlyList<QuarantinedRange> Lost);

    /// <summary>
    /// Opens the journal of a folder, or makes it. Throws <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, and
    /// <see cref="JournalUnavailableException"/> for files of another version.
    /// </summary>
    public static JournalSegments Open(JournalOptions options, TimeProvider time, ILogger logger, out Contents contents)
    {
        JournalSegments segments = new(options, time, logger);
        try
        {
            contents = segments.Read();
            segments.StartFile();

            // Where a cursor may be lost nothing goes.
            if (contents.DamagedStates.Count == 0)
                segments.DeleteReleased();
            return segments;
        }
        catch
        {
            segments.Dispose();
            throw;
        }
    }

    private Contents Read()
    {
        string old = Path.Combine(directory, "journal.db");
        if (File.Exists(old))
        {
            throw new JournalUnavailableException(
                $"{old} was written by an earlier version of this program. Let that version run until its consumers have caught up, then move the file away.");
        }

        SegmentIndex.DeleteOrphans(directory, Extension);
        Survey survey = new();
        List<(long Sequence, string Path)> found = Find();
        foreach ((long number, string path) in found)
        {
            // The cursors stand at the end of the newest, which is read whole.
            ReadFile(path, survey, isNewest: number == found[^1].Sequence);
            sequence = number;
        }

        head = survey.Head;
        durable = survey.Head;
        foreach (string name in options.Cursors)
        {
            // Beside damaged entries a missing one may be lost rather than new: then everything that is left is held for it.
            cursors.TryAdd(name, survey.DamagedStates.Count > 0 ? 0 : head);
        }

        long lowest = cursors.Count == 0 ? 0 : cursors.Values.Min();
        if (survey.DamagedStates.Count == 0)
            releasable = Math.Max(releasable, lowest);
        long bytes = 0;
        foreach (SegmentFile file in files)
        {
            file.Release(lowest);
            bytes += file.HeldBytes();
        }

        quarantine.Read();
        survey.Lost.RemoveAll(range => (range.Records > 0 && range.Last <= releasable) || quarantine.Contains(range));
        return new Contents(head, bytes, quarantine.Records, new Dictionary<string, long>(cursors, StringComparer.Ordinal), survey.DamagedStates, survey.Lost);
    }

    /// <summary>The segments in the folder, oldest first. Other files are none of the journal's business.</summary>
    private List<(long Sequence, string Path)> Find()
    {
        List<(long, string)> found = [];
        foreach (string path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (name.Length == NameDigits && long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
                found.Add((sequence, path));
        }

        found.Sort();
        return found;
    }

    private void ReadFile(string path, Survey survey, bool isNewest)
    {
        ulong? id;
        long length;
        using (SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete))
        {
            length = RandomAccess.GetLength(handle);
            byte[] header = new byte[SegmentHeader.Bytes];
            int read = RandomAccess.Read(handle, header, 0);
            id = SegmentHeader.TryRead(header.AsSpan(0, read), out int version, out ulong named) ? named : null;
            if (id is not null && version > SegmentHeader.Version)
                throw new JournalUnavailableException($"The journal's file {path} was written by a newer version of this program; start that version.");

            // After the end of the process alone its last bytes may not be on the disk yet, and they are about to be handed out.
            if (options.Durability == JournalDurability.Fsync)
                DiskSync.Sync(handle);
        }

        using SegmentScanner scanner = new(ScanWindow);
        if (!isNewest && id is { } known && SegmentIndex.TryRead(path, known, length, out SegmentFile indexed) && TryTake(indexed, scanner, survey))
            return;
        scanner.Open(path, id, SegmentHeader.Bytes, survey.Head + 1);
        SegmentFile? file = null;
        bool isSound = true;
        while (scanner.TryNext(length, out ScannedEntry entry))
        {
            if (scanner.Id is null)
                break;
            file ??= new SegmentFile(path, scanner.Id.Value);
            isSound &= entry.Kind is ScannedEntry.EntryKind.Block or ScannedEntry.EntryKind.State;
            Take(file, entry, scanner, survey);
        }

        if (file is null)
        {
            SetAside(path, length);
            return;
        }

        file.Commit(scanner.Offset);
        files.Add(file);

        // It will not grow any more. Damage is to be met again at the next start.
        if (isSound && scanner.Offset == length && file.Chunks.Count > 0)
            SegmentIndex.TryWrite(file);
    }

    /// <summary>
    /// Takes a file that is known by its index: of the file itself only the state is read that it begins with. False when it begins with none, or with
    /// records that are in an earlier file too.
    /// </summary>
    private bool TryTake(SegmentFile indexed, SegmentScanner scanner, Survey survey)
    {
        scanner.Open(indexed.Path, indexed.Id, SegmentHeader.Bytes, survey.Head + 1);
        if (!scanner.TryNext(indexed.Length, out ScannedEntry first)
            || first.Kind != ScannedEntry.EntryKind.State
            || indexed.Chunks.Count == 0
            || indexed.Chunks[0].First <= survey.Head)
        {
            return false;
        }

        Take(indexed, first, scanner, survey);
        survey.Head = Math.Max(survey.Head, indexed.Last);
        files.Add(indexed);
        return true;
    }

    private void Take(SegmentFile file, in ScannedEntry entry, SegmentScanner scanner, Survey survey)
    {
        switch (entry.Kind)
        {
            case ScannedEntry.EntryKind.Block:
            case ScannedEntry.EntryKind.Damaged:
                if (entry.Count > 0 && entry.Last > survey.Head)
                    file.Add(entry.Offset, entry.First, entry.Last, entry.Length);
                if (entry.Kind == ScannedEntry.EntryKind.Damaged)
                    survey.DamagedStates.Add(Path.GetFileName(file.Path));
                break;
            case ScannedEntry.EntryKind.State when JournalState.TryRead(scanner.Body(entry).Span, entry.Count, out long before, out long released, out Dictionary<string, long> found):
                if (before > survey.Head)
                    survey.Lost.Add(Range(survey.Head + 1, before, "missing", []));
                releasable = Math.Max(releasable, released);
                cursors.Clear();
                foreach ((string name, long position) in found)
                {
                    cursors[name] = position;
                }

                break;
            case ScannedEntry.EntryKind.DamagedTail:
                ReadOnlySpan<byte> tail = scanner.Body(entry).Span;
                survey.Lost.Add(Range(survey.Head + 1, survey.Head, "unreadable tail", tail[..Math.Min(tail.Length, MaxTailBytes)].ToArray()));
                survey.DamagedStates.Add(Path.GetFileName(file.Path));
                break;
            default:
                survey.DamagedStates.Add(Path.GetFileName(file.Path));
                break;
        }

        survey.Head = Math.Max(survey.Head, entry.Last);
    }

    /// <summary>Deletes what the state at the start of the newest file has let go.</summary>
    private void DeleteReleased()
    {
        if (files.Count == 1 || !files[0].IsReleased)
            return;
        SyncForDeletion();
        while (files.Count > 1 && files[0].IsReleased)
        {
            Delete(files[0]);
            files.RemoveAt(0);
        }
    }

    private QuarantinedRange Range(long first, long last, string reason, byte[] bytes) =>
        new(first, last, reason, time.GetUtcNow().ToUnixTimeMilliseconds(), bytes);

    /// <summary>A file in which nothing proves itself makes way for the journal's own.</summary>
    private void SetAside(string path, long length)
    {
        if (length <= SegmentHeader.Bytes)
        {
            // It was being made when the process ended.
            File.Delete(path);
            return;
        }

        string aside = $"{path}.damaged-{time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture)}";
        File.Move(path, aside);
        JournalLog.SetAside(logger, path, aside, "nothing in it is a record of a journal");
    }

    /// <summary>What is known after the files read so far.</summary>
    private sealed class Survey
    {
        public long Head { get; set; }

        public List<string> DamagedStates { get; } = [];

        public List<QuarantinedRange> Lost { get; } = [];
    }
}
