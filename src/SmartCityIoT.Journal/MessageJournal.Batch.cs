namespace SmartCityIoT.Journal;

/// <content>The way in for many records at once.</content>
public sealed partial class MessageJournal
{
    private readonly FailedPositions failedPositions = new();
    private readonly List<JournalWaiter> waitingForDurable = [];
    private readonly List<JournalWaiter> batchesWaitingForRoom = [];
    private bool isInBatch;
    private bool isBatchPatient;
    private bool isSignalDue;
    private bool hasBatchMetBound;

    /// <summary>An appender of batches, one per caller that waits.</summary>
    /// <param name="isPatient">
    /// The sender has more messages under way meanwhile and waits for no single one, as a broker does: under load a commit of such records alone gathers
    /// for <see cref="JournalOptions.LoadGatherMilliseconds"/>.
    /// </param>
    public JournalBatchAppender CreateBatchAppender(bool isPatient = false) => new(this, isPatient);

    internal JournalWaiter CreateRoomWaiter() => new(this, batchesWaitingForRoom);

    internal JournalWaiter CreateDurableWaiter() => new(this, waitingForDurable);

    internal JournalBatch BeginBatch(bool isPatient)
    {
        Monitor.Enter(gate);
        if (isInBatch)
        {
            Monitor.Exit(gate);
            throw new InvalidOperationException("This thread's last batch is not disposed.");
        }

        isInBatch = true;
        isBatchPatient = isPatient;
        hasBatchMetBound = false;
        return new JournalBatch(this);
    }

    internal bool TryAddToBatch(
        long receivedAt, byte kind, byte port, byte qos, byte source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, out long position)
    {
        int size = CheckRecord(receivedAt, topic.Length, payload.Length);
        Obstacle obstacle = FindObstacle(size);
        if (obstacle != Obstacle.None || waitingForRoom.Count > 0 || isClosing)
        {
            if (!hasBatchMetBound && !isClosing)
                CountObstacle(obstacle, size);
            hasBatchMetBound = true;
            position = 0;
            return false;
        }

        Place(receivedAt, kind, port, qos, source, topic, payload);
        position = nextPosition - 1;
        return true;
    }

    internal void EndBatch()
    {
        isInBatch = false;
        isBatchPatient = false;
        if (isSignalDue)
            Monitor.Pulse(gate);
        isSignalDue = false;
        Monitor.Exit(gate);
    }

    /// <summary>False when there is room, or when there will be none any more.</summary>
    internal bool TryRegisterForRoom(JournalWaiter waiter, out JournalFailedException? failure)
    {
        lock (gate)
        {
            failure = isClosing ? new JournalFailedException("The journal is closing.") : null;
            if (failure is null && !HasRoomForBatch(waiter.Need))
            {
                batchesWaitingForRoom.Add(waiter);
                return true;
            }
        }

        waiter.Release();
        return false;
    }

    /// <summary>False when the position is durable, or will never be.</summary>
    internal bool TryRegisterForDurable(JournalWaiter waiter, out long through, out JournalFailedException? failure)
    {
        lock (gate)
        {
            failure = null;
            if (!IsDurable(waiter.Need, out through))
            {
                if (!hasEnded && !failedPositions.Contains(waiter.Need))
                {
                    waitingForDurable.Add(waiter);
                    return true;
                }

                failure = FailureAt(waiter.Need);
            }
        }

        waiter.Release();
        return false;
    }

    internal bool Unregister(JournalWaiter waiter)
    {
        lock (gate)
            return waiter.Registered.Remove(waiter);
    }

    /// <summary>True when the record at the position is durable, with all that follow up to the second one. Takes no lock.</summary>
    internal bool IsDurable(long position, out long through)
    {
        through = Head;
        if (through < position || failedPositions.Contains(position))
            return false;
        through = failedPositions.SoundThrough(position, through);
        return true;
    }

    internal long FailedThrough(long position) => failedPositions.FailedThrough(position);

    internal JournalFailedException FailureAt(long position) => failedPositions.Contains(position)
        ? new JournalFailedException($"The journal could not write the record at {position}: {lastError}")
        : new JournalFailedException($"The journal is closed without the record at {position}.");

    /// <summary>Ends the waits whose positions are decided. Holds the gate.</summary>
    private void WakeDurable()
    {
        for (int i = waitingForDurable.Count - 1; i >= 0; i--)
        {
            JournalWaiter waiter = waitingForDurable[i];
            bool isDurable = IsDurable(waiter.Need, out long through);
            if (!isDurable && !hasEnded && !failedPositions.Contains(waiter.Need))
                continue;
            waitingForDurable.RemoveAt(i);
            if (isDurable)
                waiter.Complete(through);
            else
                waiter.Fail(FailureAt(waiter.Need));
        }
    }

    /// <summary>Tells the batches that there is room, as far as there is. Holds the gate.</summary>
    private void WakeBatches()
    {
        for (int i = batchesWaitingForRoom.Count - 1; i >= 0; i--)
        {
            JournalWaiter waiter = batchesWaitingForRoom[i];
            if (!isClosing && !HasRoomForBatch(waiter.Need))
                continue;
            batchesWaitingForRoom.RemoveAt(i);
            if (isClosing)
                waiter.Fail(new JournalFailedException("The journal is closing."));
            else
                waiter.Complete(0);
        }
    }

    private bool HasRoomForBatch(long size) => waitingForRoom.Count == 0 && FindObstacle(size) == Obstacle.None;

    /// <summary>Wakes the writer, at the end of the batch where one is being made: it could not go on before. Holds the gate.</summary>
    private void SignalWriter()
    {
        if (isInBatch)
            isSignalDue = true;
        else
            Monitor.Pulse(gate);
    }
}
