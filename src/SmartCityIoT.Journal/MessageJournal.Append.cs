using System.Buffers;

namespace SmartCityIoT.Journal;

/// <content>The way in.</content>
public sealed partial class MessageJournal
{
    private readonly Queue<PendingBlock> closedBlocks = new();
    private readonly Queue<RoomWaiter> waitingForRoom = new();
    private readonly Stack<PendingBlock> spareBlocks = new();
    private readonly Stack<byte[]> spareBuffers = new();
    private PendingBlock? openBlock;
    private long pendingBytes;
    private long waitingBytes;
    private bool isDiskFull;

    // Size of the newest record that met a bound: the journal has room again when that one would be taken.
    private long refusedBytes;

    private enum Obstacle
    {
        None,
        Pending,
        Disk,
        FreeSpace,
        Failed,
    }

    /// <summary>
    /// Writes a record and returns its position when the block that holds it is durable. Topic and payload are copied before
    /// the call returns. Waits while the journal is full, too far behind or being opened again.
    /// </summary>
    /// <param name="receivedAt">Unix milliseconds UTC, 0 to 2^48 - 1.</param>
    /// <param name="cancellationToken">Ends the wait for room; a record that has a place is committed all the same.</param>
    /// <exception cref="JournalFailedException">The record is not known to be durable: do not acknowledge its message.</exception>
    /// <exception cref="ArgumentException">The record is larger than <see cref="JournalOptions.MaxRecordBytes"/>, or the time out of range.</exception>
    public ValueTask<long> AppendAsync(
        long receivedAt,
        byte kind,
        byte port,
        byte qos,
        byte source,
        ReadOnlyMemory<byte> topic,
        ReadOnlyMemory<byte> payload,
        CancellationToken cancellationToken)
    {
        int size = CheckRecord(receivedAt, topic.Length, payload.Length);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancellationToken);
        RoomWaiter waiter;
        lock (gate)
        {
            if (isClosing)
                return ValueTask.FromException<long>(new JournalFailedException("The journal is closing."));
            Obstacle obstacle = waitingForRoom.Count > 0 ? Obstacle.None : FindObstacle(size);
            if (waitingForRoom.Count == 0 && obstacle == Obstacle.None)
            {
                PendingBlock block = Place(receivedAt, kind, port, qos, source, topic.Span, payload.Span);
                return block.Completion(block.TakeCompletion());
            }

            CountObstacle(obstacle == Obstacle.None ? FindObstacle(size) : obstacle, size);
            if (waitingBytes + size > options.MaxWaitingBytes)
            {
                metrics.CountHit(JournalMetrics.Bound.Waiting);
                return ValueTask.FromException<long>(new JournalFailedException("The journal has no room, and too many records wait for it."));
            }

            waiter = new RoomWaiter(receivedAt, kind, port, qos, source, topic.Span, payload.Span);
            waitingBytes += size;
            waitingForRoom.Enqueue(waiter);
        }

        return WaitForRoomAsync(waiter, cancellationToken);
    }

    private static async ValueTask<long> WaitForRoomAsync(RoomWaiter waiter, CancellationToken cancellationToken)
    {
        (PendingBlock Block, int Ordinal) place;
        using (cancellationToken.UnsafeRegister(
            static (state, token) => ((RoomWaiter)state!).TrySetCanceled(token), waiter))
        {
            place = await waiter.Task.ConfigureAwait(false);
        }

        return await place.Block.Completion(place.Ordinal).ConfigureAwait(false);
    }

    /// <summary>Refuses what no journal could hold, and gives what the record can cost at most.</summary>
    private int CheckRecord(long receivedAt, int topicLength, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(receivedAt);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(receivedAt, RecordCodec.MaxReceivedAt);
        long length = (long)topicLength + payloadLength;
        if (length > options.MaxRecordBytes)
            throw new ArgumentException($"A record of {length} bytes is over the limit of {options.MaxRecordBytes}.");
        return (int)length + RecordCodec.MaxOverhead;
    }

    /// <summary>Why a record of the size cannot be taken now. Holds the gate.</summary>
    private Obstacle FindObstacle(long size)
    {
        if (isFailed)
            return Obstacle.Failed;
        if (isSpaceLow)
            return Obstacle.FreeSpace;
        if (usedBytes + pendingBytes + size > options.MaxBytes)
            return Obstacle.Disk;

        // A record over the whole bound is taken alone rather than never.
        return pendingBytes > 0 && pendingBytes + size > options.MaxPendingBytes ? Obstacle.Pending : Obstacle.None;
    }

    private void CountObstacle(Obstacle obstacle, long size)
    {
        refusedBytes = size;
        if (obstacle == Obstacle.Disk && !isDiskFull)
        {
            isDiskFull = true;
            JournalLog.Full(logger, usedBytes + pendingBytes, options.MaxBytes, freeBytes);
        }

        metrics.CountHit(obstacle switch
        {
            Obstacle.Disk => JournalMetrics.Bound.Disk,
            Obstacle.FreeSpace => JournalMetrics.Bound.FreeSpace,
            Obstacle.Failed => JournalMetrics.Bound.Failed,
            _ => JournalMetrics.Bound.Pending,
        });
    }

    /// <summary>Gives the record its position and its place in a block. Holds the gate.</summary>
    private PendingBlock Place(
        long receivedAt, byte kind, byte port, byte qos, byte source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        int most = topic.Length + payload.Length + RecordCodec.MaxOverhead;
        if (openBlock is not null && !openBlock.HasRoomFor(most))
            CloseBlock();
        bool isFirst = openBlock is null;
        openBlock ??= OpenBlock(most);
        pendingBytes += openBlock.Add(receivedAt, kind, port, qos, source, topic, payload);
        nextPosition++;
        PendingBlock block = openBlock;
        bool isFirstInHaste = block.IsPatient && !isBatchPatient;
        block.IsPatient &= isBatchPatient;
        if (openBlock.Length >= options.BlockBytes)
            CloseBlock();
        if (isFirst ? isWriterIdle : isFirstInHaste)
            SignalWriter();
        return block;
    }

    private PendingBlock OpenBlock(int most)
    {
        byte[] buffer = most <= options.BlockBytes && spareBuffers.TryPop(out byte[]? spare)
            ? spare
            : GC.AllocateUninitializedArray<byte>(SegmentEntry.HeaderBytes + Math.Max(options.BlockBytes, most));
        if (!spareBlocks.TryPop(out PendingBlock? block))
            return new PendingBlock(nextPosition, buffer);
        block.Reuse(nextPosition, buffer);
        return block;
    }

    /// <summary>
    /// Keeps what written blocks are made of for the next records, as much as may wait for a commit at once, and takes the blocks
    /// that no append waits for out of the list. Holds the gate.
    /// </summary>
    private void Recycle(List<PendingBlock> blocks)
    {
        int most = (options.MaxPendingBytes / options.BlockBytes) + 1;
        for (int i = blocks.Count - 1; i >= 0; i--)
        {
            PendingBlock block = blocks[i];
            byte[] buffer = block.TakeBuffer();
            if (buffer.Length == SegmentEntry.HeaderBytes + options.BlockBytes && spareBuffers.Count < most)
                spareBuffers.Push(buffer);
            if (block.HasCompletions)
                continue;
            blocks.RemoveAt(i);
            if (spareBlocks.Count < most)
                spareBlocks.Push(block);
        }
    }

    /// <summary>Ends the open block; the writer takes it without gathering on. Holds the gate.</summary>
    private void CloseBlock()
    {
        if (openBlock is null)
            return;
        closedBlocks.Enqueue(openBlock);
        openBlock = null;
        SignalWriter();
    }

    /// <summary>Places the records that wait, in their order, as far as there is room. Holds the gate.</summary>
    private void AdmitWaiting()
    {
        while (waitingForRoom.TryPeek(out RoomWaiter? waiter))
        {
            if (!waiter.Task.IsCanceled)
            {
                Obstacle obstacle = FindObstacle(waiter.Size);
                if (obstacle == Obstacle.Disk && !isDiskFull)
                    CountObstacle(obstacle, waiter.Size);
                if (obstacle != Obstacle.None)
                    return;
            }

            waitingForRoom.Dequeue();
            waitingBytes -= waiter.Size;
            waiter.PlaceInto(this);
        }

        WakeBatches();
        if (isDiskFull && FindObstacle(refusedBytes) != Obstacle.Disk)
        {
            isDiskFull = false;
            JournalLog.HasRoom(logger, usedBytes, options.MaxBytes);
        }
    }

    private void RefuseWaiting(string reason, Exception? cause)
    {
        while (waitingForRoom.TryDequeue(out RoomWaiter? waiter))
        {
            waitingBytes -= waiter.Size;
            waiter.Refuse(new JournalFailedException(reason, cause));
        }

        WakeBatches();
    }

    /// <summary>A record without a place: its bytes, and the completion that its place will have.</summary>
    private sealed class RoomWaiter : TaskCompletionSource<(PendingBlock Block, int Ordinal)>
    {
        private readonly long receivedAt;
        private readonly byte kind;
        private readonly byte port;
        private readonly byte qos;
        private readonly byte source;
        private readonly int topicLength;
        private readonly int length;
        private readonly byte[] bytes;

        public RoomWaiter(long receivedAt, byte kind, byte port, byte qos, byte source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
            : base(TaskCreationOptions.RunContinuationsAsynchronously)
        {
            this.receivedAt = receivedAt;
            this.kind = kind;
            this.port = port;
            this.qos = qos;
            this.source = source;
            topicLength = topic.Length;
            length = topic.Length + payload.Length;
            bytes = ArrayPool<byte>.Shared.Rent(length);
            topic.CopyTo(bytes);
            payload.CopyTo(bytes.AsSpan(topicLength));
        }

        /// <summary>What the record counts for while it waits.</summary>
        public int Size => length + RecordCodec.MaxOverhead;

        /// <summary>Takes the record into a block, unless its append has been cancelled.</summary>
        public void PlaceInto(MessageJournal journal)
        {
            if (!Task.IsCanceled)
            {
                ReadOnlySpan<byte> record = bytes.AsSpan(0, length);

                // A cancellation that comes now finds the record placed: it is committed and its position unknown to the caller.
                PendingBlock block = journal.Place(receivedAt, kind, port, qos, source, record[..topicLength], record[topicLength..]);
                TrySetResult((block, block.TakeCompletion()));
            }

            ArrayPool<byte>.Shared.Return(bytes);
        }

        public void Refuse(JournalFailedException reason)
        {
            TrySetException(reason);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
