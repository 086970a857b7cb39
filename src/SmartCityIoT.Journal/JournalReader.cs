using System.Threading.Tasks.Sources;

namespace SmartCityIoT.Journal;

/// <summary>
/// Reads the journal in order, at its own pace: from memory while it keeps up, else from the file. For one consumer at a
/// time. Records that cannot be read are quarantined, counted and passed over, whole blocks of them too.
/// </summary>
public sealed class JournalReader : IDisposable, IValueTaskSource<bool>
{
    private readonly MessageJournal journal;
    private SegmentReader? files;
    private byte[] buffer = [];
    private long position;
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
    internal bool HasReadFile => files is not null;

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
            if (TryFetch(out BlockRow row, out Memory<byte> bytes, out bool isFromFile))
            {
                long from = Math.Max(row.First, position + 1);
                int length = row.Length;
                if (isFromFile && !BlockSalvage.IsSound(bytes.Span, row.First, row.Count))
                    length = Salvage(row, bytes.Span);
                position = Math.Max(position, row.Last);
                if (length > 0 && row.Last >= from)
                {
                    block = new JournalBlock(bytes[..length], row.First, from, row.Last);
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
        files?.Dispose();
        files = null;
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

    /// <summary>The next block. On false the position has moved on, to where reading can continue.</summary>
    /// <param name="isFromFile">The bytes were on a disk, and are sound only where their checksums say so.</param>
    private bool TryFetch(out BlockRow row, out Memory<byte> bytes, out bool isFromFile)
    {
        long head = journal.Head;
        isFromFile = false;
        if (journal.Recent.TryCopy(position, ref buffer, out row))
        {
            bytes = buffer.AsMemory(0, row.Length);
            return true;
        }

        try
        {
            isFromFile = true;
            files ??= new SegmentReader(journal.Segments);
            if (files.TryRead(position, out row, out bytes))
                return true;

            // Positions up to the head hold nothing: released, or given to records whose write failed.
            position = head;
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalFailedException($"The journal cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Moves what is sound to the front, names what is not, and returns the bytes that are left.</summary>
    private int Salvage(in BlockRow row, Span<byte> bytes)
    {
        int count = row.Count;
        List<BlockSalvage.Loss> losses = [];
        int length = BlockSalvage.Salvage(bytes, row.First, ref count, losses);
        foreach (BlockSalvage.Loss loss in losses)
        {
            journal.Quarantine(row.First + loss.FirstOrdinal, Math.Min(row.First + loss.LastOrdinal, row.Last), "checksum", loss.Bytes);
        }

        return length;
    }
}
