namespace SmartCityIoT.Journal;

/// <summary>
/// The way in for a caller that has many records at once: <see cref="BeginBatch"/> adds them under one lock, and the durable
/// head says when they may be acknowledged. No object is made per record, batch or wait.
/// <code>
///  using (JournalBatch batch = appender.BeginBatch())
///      while (there are records &amp;&amp; batch.TryAdd(…, out position)) …      refused: await appender.WaitForRoomAsync(size, …)
///  long durable = await appender.WaitDurableAsync(first position not yet acknowledged, …)      acknowledge all up to durable
/// </code>
/// Batches may be made by any thread; of each of the two waits there is one at a time.
/// </summary>
public sealed class JournalBatchAppender
{
    private readonly MessageJournal journal;
    private readonly bool isPatient;
    private readonly JournalWaiter room;
    private readonly JournalWaiter durable;

    internal JournalBatchAppender(MessageJournal journal, bool isPatient)
    {
        this.journal = journal;
        this.isPatient = isPatient;
        room = journal.CreateRoomWaiter();
        durable = journal.CreateDurableWaiter();
    }

    /// <summary>Takes the journal's gate until the batch is disposed.</summary>
    public JournalBatch BeginBatch() => journal.BeginBatch(isPatient);

    /// <summary>
    /// Completes when a record of <paramref name="size"/> bytes, topic and payload, would find room. It reserves nothing: another
    /// caller may be quicker. Waits while the journal is failed and opened again; throws <see cref="JournalFailedException"/> when
    /// it is closing, and <see cref="OperationCanceledException"/>.
    /// </summary>
    public ValueTask WaitForRoomAsync(int size, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        room.Begin(size + (long)RecordCodec.MaxOverhead, isBlocking: false);
        return journal.TryRegisterForRoom(room, out JournalFailedException? failure)
            ? new ValueTask(room, room.Start(cancellationToken))
            : failure is null ? ValueTask.CompletedTask : ValueTask.FromException(failure);
    }

    /// <summary>
    /// Completes once <paramref name="position"/> is durable, with the last position up to which every record from there on is: the
    /// durable head, or less where a later commit failed.
    /// </summary>
    /// <exception cref="JournalFailedException">
    /// The record at the position is not known to be durable: its commit failed (<see cref="FailedThrough"/> tells how many more), or
    /// the journal is closed without it. Do not acknowledge it, whatever is durable later.
    /// </exception>
    public ValueTask<long> WaitDurableAsync(long position, CancellationToken cancellationToken)
    {
        if (journal.IsDurable(position, out long through))
            return new ValueTask<long>(through);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<long>(cancellationToken);
        durable.Begin(position, isBlocking: false);
        return journal.TryRegisterForDurable(durable, out through, out JournalFailedException? failure)
            ? new ValueTask<long>(durable, durable.Start(cancellationToken))
            : failure is null ? new ValueTask<long>(through) : ValueTask.FromException<long>(failure);
    }

    /// <summary>
    /// As <see cref="WaitDurableAsync"/>, blocking a thread of the caller's own: false when the time is over.
    /// </summary>
    /// <param name="milliseconds">0 does not wait, -1 waits as long as it takes.</param>
    /// <param name="through">Every record from the position to this one is durable.</param>
    public bool WaitDurable(long position, int milliseconds, out long through)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, Timeout.Infinite);
        if (journal.IsDurable(position, out through))
            return true;
        durable.Begin(position, isBlocking: true);
        if (!journal.TryRegisterForDurable(durable, out through, out JournalFailedException? failure))
            return failure is null ? true : throw failure;
        if (!durable.Block(milliseconds))
            return false;
        return journal.IsDurable(position, out through) ? true : throw journal.FailureAt(position);
    }

    /// <summary>
    /// Last position of the failed commit that held the record, so that a caller lets go of all its records at once; 0 when the
    /// record has not failed.
    /// </summary>
    public long FailedThrough(long position) => journal.FailedThrough(position);
}
