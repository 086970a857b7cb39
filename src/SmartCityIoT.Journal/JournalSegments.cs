using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace SmartCityIoT.Journal;

/// <summary>
/// The journal's files: one that grows, and those before it that some cursor still needs. One thread writes; readers look up
/// where to read, and read the files themselves.
/// <code>
///  0000000000000017.seg   ← oldest that is needed          header │ state │ block │ block │ state │ block …
///  0000000000000018.seg   ← grows; begins with a whole state, so that the files before it can go as they are
///  0000000000000017.idx   ← what its heads would tell
///  quarantine             ← what could not be read back
/// </code>
/// A commit appends its blocks, and a state where cursors have moved, and syncs once. What the state lets go is deleted after the sync.
/// </summary>
internal sealed partial class JournalSegments : IDisposable
{
    private const string Extension = ".seg";
    private const int NameDigits = 16;

    /// <summary>Files that one commit deletes at most, so that a cursor's leap stalls no append.</summary>
    private const int MaxDeletedFiles = 4;

    private readonly string directory;
    private readonly JournalOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly QuarantineFile quarantine;
    private readonly Dictionary<string, long> cursors = new(StringComparer.Ordinal);

    // Guards what readers look up: the files and what each of them holds.
    private readonly Lock sync = new();
    private readonly List<SegmentFile> files = [];
    private SafeFileHandle? writing;
    private SegmentFile current = null!;
    private byte[] state = new byte[256];
    private long head;
    private long durable;
    private long releasable;
    private long sequence;
    private long end;

    private JournalSegments(JournalOptions options, TimeProvider time, ILogger logger)
    {
        directory = Path.GetFullPath(options.Directory);
        this.options = options;
        this.time = time;
        this.logger = logger;
        quarantine = new QuarantineFile(Path.Combine(directory, "quarantine"), options.MaxQuarantineBytes);
    }

    public void Dispose() => writing?.Dispose();

    /// <summary>
    /// Writes the plan, synced at the level of the journal. Throws <see cref="IOException"/>; then nothing of it holds, and
    /// <see cref="Recover"/> must come before the next commit.
    /// </summary>
    public CommitOutcome Commit(CommitPlan plan)
    {
        if (end >= options.SegmentBytes)
        {
            SegmentFile finished = current;
            StartFile();
            SegmentIndex.TryWrite(finished);
        }

        quarantine.Add(plan.Quarantined, options.Durability == JournalDurability.Fsync);
        long at = end;
        foreach (PendingBlock block in plan.Blocks)
        {
            at += Append(block.Seal(current.Id), at);
        }

        foreach (string name in plan.RemovedCursors)
        {
            cursors.Remove(name);
        }

        foreach ((string name, long position) in plan.Cursors)
        {
            cursors[name] = position;
        }

        releasable = Math.Max(releasable, plan.Release);

        bool isStateDue = plan.Blocks.Count == 0 || plan.Cursors.Count > 0 || plan.RemovedCursors.Count > 0;
        if (isStateDue)
            at += Append(state.AsSpan(0, JournalState.Write(ref state, current.Id, plan.Head, plan.Head, releasable, cursors)), at);
        bool mayDelete = isStateDue && plan.CursorCount > 0 && files.Count > 1 && files[0].Last <= plan.Release;

        if (mayDelete)
            SyncForDeletion();
        else if (options.Durability == JournalDurability.Fsync)
            DiskSync.Sync(writing!);
        (long released, bool hasMore) = Publish(plan, at, mayDelete);
        return new CommitOutcome(released, hasMore, quarantine.Records);
    }

    /// <summary>The file that holds the position, or the first one after it, and where to begin reading in it.</summary>
    public bool TryLocate(long position, out SegmentFile file, out long offset, out long first)
    {
        lock (sync)
        {
            // The newest files are asked for most.
            int index = files.Count;
            while (index > 0 && (files[index - 1].Last == 0 || files[index - 1].Last >= position))
            {
                index--;
            }

            for (; index < files.Count; index++)
            {
                file = files[index];
                if (file.TryLocate(position, out offset, out first))
                    return true;
            }
        }

        file = current;
        offset = 0;
        first = 0;
        return false;
    }

    /// <summary>Newest position that the file is known to hold.</summary>
    public long LastOf(SegmentFile file)
    {
        lock (sync)
            return file.Last;
    }

    /// <summary>Drops a file that is not there any more from what readers are sent to.</summary>
    public void Forget(SegmentFile file)
    {
        lock (sync)
            files.Remove(file);
    }

    private static string Name(long sequence) => sequence.ToString("D16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>Files are never gone before the state that lets them go is on the disk with the file that holds it, whatever the level.</summary>
    private void SyncForDeletion()
    {
        DiskSync.Sync(writing!);
        if (options.Durability != JournalDurability.Fsync)
            DiskSync.SyncDirectory(directory);
    }

    private int Append(ReadOnlySpan<byte> bytes, long at)
    {
        RandomAccess.Write(writing!, bytes, at);
        return bytes.Length;
    }

    /// <summary>Makes the next file, with the whole state at its start, and writes on there.</summary>
    private void StartFile()
    {
        string path = Path.Combine(directory, Name(sequence + 1));
        ulong id = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        byte[] header = new byte[SegmentHeader.Bytes];
        SegmentHeader.Write(header, id);
        SafeFileHandle? file = null;
        try
        {
            // One that could not be finished before is begun again.
            file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, header, 0);
            int length = JournalState.Write(ref state, id, head, durable, releasable, cursors);
            RandomAccess.Write(file, state.AsSpan(0, length), header.Length);
            if (options.Durability == JournalDurability.Fsync)
            {
                DiskSync.Sync(file);
                DiskSync.SyncDirectory(directory);
            }

            writing?.Dispose();
            writing = file;
            end = header.Length + length;
        }
        catch
        {
            file?.Dispose();
            throw;
        }

        SegmentFile started = new(path, id);
        sequence++;
        started.Commit(end);
        lock (sync)
        {
            current = started;
            files.Add(started);
        }
    }

    private (long Released, bool HasMore) Publish(CommitPlan plan, long newEnd, bool mayDelete)
    {
        long released = 0;
        bool hasMore = false;
        List<SegmentFile>? deleted = null;
        lock (sync)
        {
            long at = end;
            foreach (PendingBlock block in plan.Blocks)
            {
                current.Add(at, block.First, block.Last, block.Length);
                at += SegmentEntry.HeaderBytes + block.Length;
            }

            current.Commit(newEnd);
            if (plan.Release > 0)
            {
                foreach (SegmentFile file in files)
                {
                    released += file.Release(plan.Release);
                    if (!file.IsReleased)
                        break;
                }
            }

            while (mayDelete && files.Count > 1 && files[0].IsReleased)
            {
                hasMore = deleted?.Count == MaxDeletedFiles;
                if (hasMore)
                    break;
                (deleted ??= []).Add(files[0]);
                files.RemoveAt(0);
            }
        }

        end = newEnd;
        head = Math.Max(head, plan.Head);
        durable = Math.Max(durable, plan.Head);
        foreach (SegmentFile file in deleted ?? [])
        {
            Delete(file);
        }

        return (released, hasMore);
    }

    private void Delete(SegmentFile file)
    {
        try
        {
            File.Delete(file.Path);
            SegmentIndex.Delete(file.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            JournalLog.NotDeleted(logger, file.Path, exception.Message);
        }
    }
}
