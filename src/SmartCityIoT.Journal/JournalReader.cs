using System.Threading.Tasks.Sources;
using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Journal;

/// <summary>
/// Reads the journal in order, at its own pace: from memory while it keeps up, else from the file. For one consumer at a
/// time. Records that cannot be read are quarantined, counted and passed over, whole blocks of them too.
/// </summary>
public sealed class JournalReader : IDisposable, IValueTaskSource<bool>
{
    private readonly MessageJournal journal;
    private BlockFinder? finder;
    private int generation;
    private byte[] buffer = [];
    private long position;

    // First position of the block handed out last: a block is never taken twice, whatever its row claims to hold.
    private long takenFirst;
    private ManualResetValueTaskSourceCore<bool> arrival = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration cancellation;
    private int isWaiting;

    internal JournalReader(MessageJournal journal, long position)
    {
        this.journal = journal;
        this.position = position;
    }

    /// <summary>Position of the last record that has been handed out or passed over.</summary>
    public long Position => position;

    /// <summary>True once this reader has gone to the file because memory did not hold its next block.</summary>
    internal bool HasReadFile => finder is not null;

    /// <summary>
    /// Waits for records after <see cref="Position"/>. False when the journal is closed and all of it has been read;
    /// throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        if (Volatile.Read(ref isWaiting) != 0)
            throw new InvalidOperationException("A reader has one consumer: the last wait is not over.");
        arrival.Reset();
        Volatile.Write(ref isWaiting, 1);
        if (journal.TryRegister(this, position, out bool hasRecords))
        {
            short version = arrival.Version;
            cancellation = cancellationToken.UnsafeRegister(static (reader, token) => ((JournalReader)reader!).Cancel(token), this);
            return new ValueTask<bool>(this, version);
        }

        Volatile.Write(ref isWaiting, 0);
        return new ValueTask<bool>(hasRecords);
    }

    /// <summary>
    /// The next block, if one is there; the one before it is void. Throws <see cref="JournalFailedException"/> when the
    /// disk does not answer, which asking again later may cure.
    /// </summary>
    public bool TryReadBlock(out JournalBlock block)
    {
        while (journal.Head > position)
        {
            if (TryFetch(out BlockRow row))
            {
                long from = Math.Max(row.First, position + 1);
                takenFirst = row.First;
                long last = row.Last;
                int length = row.Length;
                if (!BlockSalvage.IsSound(buffer.AsSpan(0, length), row.First, row.Count))
                    length = Salvage(row, out last);
                position = Math.Max(position, last);
                if (length > 0 && last >= from)
                {
                    block = new JournalBlock(buffer.AsMemory(0, length), row.First, from, last);
                    return true;
                }
            }
        }

        block = default;
        return false;
    }

    public void Dispose()
    {
        if (journal.Unregister(this))
            arrival.SetResult(false);
        finder?.Dispose();
        finder = null;
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        // The registration must be gone before the next wait reuses this reader, or a late callback would end that one.
        cancellation.Dispose();
        Volatile.Write(ref isWaiting, 0);
        return arrival.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => arrival.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        arrival.OnCompleted(continuation, state, token, flags);

    /// <summary>Ends a wait; the journal calls it for a registered reader, once.</summary>
    internal void Wake(bool hasRecords) => arrival.SetResult(hasRecords);

    private void Cancel(CancellationToken token)
    {
        if (journal.Unregister(this))
            arrival.SetException(new OperationCanceledException(token));
    }

    /// <summary>Brings the next block into the buffer. On false the position has moved on, to where reading can continue.</summary>
    private bool TryFetch(out BlockRow row)
    {
        long head = journal.Head;
        if (journal.Recent.TryCopy(position, ref buffer, out row))
            return true;
        try
        {
            BlockFinder blocks = OpenFinder();
            if (blocks.TryReadHolding(position + 1, ref buffer, out row) && row.First > takenFirst && (row.Last > position || row.Count <= 0))
                return true;
            if (blocks.TryReadFollowing(position, ref buffer, out row))
                return true;

            // Positions up to the head hold nothing: released, or given to records whose write failed.
            position = head;
            return false;
        }
        catch (SqliteException exception) when (finder is not null && JournalFile.IsDamage(exception))
        {
            PassDamage(finder, head, exception.Message);
            return false;
        }
        catch (SqliteException exception)
        {
            throw new JournalFailedException($"The journal cannot be read: {exception.Message}", exception);
        }
    }

    private BlockFinder OpenFinder()
    {
        // After the writer has opened its file again the old connection may look at a file that was set aside.
        if (finder is not null && generation != journal.Generation)
        {
            finder.Dispose();
            finder = null;
        }

        generation = journal.Generation;
        return finder ??= new BlockFinder(journal.FilePath);
    }

    /// <summary>A block whose row cannot be read: goes on at the next one that can be reached.</summary>
    private void PassDamage(BlockFinder blocks, long head, string reason)
    {
        long key = blocks.NextReachable(position) ?? head + 1;
        if (key == position + 1)
            key = blocks.NextReachable(key) ?? head + 1;
        long last = Math.Max(position + 1, Math.Min(key - 1, head));
        journal.Quarantine(position + 1, last, reason, []);
        position = last;
    }

    private int Salvage(BlockRow row, out long last)
    {
        int count = row.Count;
        byte[] bytes = buffer;
        List<BlockSalvage.Loss> losses = [];
        int length = BlockSalvage.Salvage(bytes.AsSpan(0, row.Length), row.First, ref count, losses);
        last = row.First + Math.Max(count, 1) - 1;

        // A damaged count must not claim the positions of the next block.
        long? next = finder?.NextReachable(row.First);
        if (next is not null && last >= next)
            last = next.Value - 1;
        foreach (BlockSalvage.Loss loss in losses)
        {
            journal.Quarantine(row.First + loss.FirstOrdinal, Math.Min(row.First + loss.LastOrdinal, last), "checksum", loss.Bytes);
        }

        return length;
    }
}
