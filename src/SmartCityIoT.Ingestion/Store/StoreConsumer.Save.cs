using SmartCityIoT.Ingestion.Consume;

namespace SmartCityIoT.Ingestion.Store;

// Handing over: a batch is closed and written while the next one is filled, and a commit of the ledger follows about once a second.
internal sealed partial class StoreConsumer
{
    private static readonly TimeSpan LongestFlushPause = TimeSpan.FromMilliseconds(500);

    private readonly SavePace pace = new();
    private readonly CancellationTokenSource lifetime = new();
    private StoreBatch filling = new();
    private StoreBatch spare = new();
    private Task writing = Task.CompletedTask;
    private TimeSpan? filledSince;
    private long handedOver;

    /// <summary>So much waits that it must be handed over before more is taken.</summary>
    private bool IsFull =>
        store.PendingPoints >= FullPoints || store.PendingBytes >= FullBytes || filling.DeadLetters.Count >= FullDeadLetters || filling.Records >= FullRecords;

    /// <summary>Records without a point (lost ones, and nothing else) wait for the next commit.</summary>
    private TimeSpan FlushDueAt => filledSince is { } since ? since + FlushPause : pace.DueAt;

    /// <summary>
    /// The store's flush interval, and longer where the store is busy for more than half of the time: fuller batches cost it less for each point, influxd half
    /// as much at 5,000 lines as at 1,500.
    /// </summary>
    private TimeSpan FlushPause
    {
        get
        {
            var relief = writer.FlushTook * 2;
            if (relief > LongestFlushPause) relief = LongestFlushPause;
            return relief > store.FlushInterval ? relief : store.FlushInterval;
        }
    }

    protected override bool HasUnsaved(long reached) => reached > writer.Committed;

    /// <summary>A journal that is full brings no record with which the store could come to a checkpoint by itself: then a save that writes nothing does.</summary>
    protected override bool IsSaveDue(long reached)
    {
        if (IsFull) return true;
        if (!writing.IsCompleted) return false;
        return reached > handedOver
            ? store.PendingPoints >= (store.TakesPointsWhileFlushing ? EarlyPoints : FullPoints) || Alarm.Now >= FlushDueAt
            : Alarm.Now >= pace.DueAt && (reached > writer.Committed || writer.HoldsTheJournalUp(reached));
    }

    protected override TimeSpan SaveDueAt(long reached)
    {
        // The end of a write rings.
        if (!writing.IsCompleted) return TimeSpan.MaxValue;
        if (reached > handedOver) return FlushDueAt;
        return reached > writer.Committed ? pace.DueAt : TimeSpan.MaxValue;
    }

    internal override async Task SaveAsync(long reached, bool isLast, CancellationToken cancellation)
    {
        await using var limit = (isLast ? cancellation : default)
            .UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), lifetime).ConfigureAwait(false);
        await WrittenAsync(cancellation).ConfigureAwait(false);
        var batch = filling;
        batch.Position = reached;
        batch.IsCommit = isLast || Alarm.Now >= pace.DueAt || batch.DeadLetters.Count + writer.WaitingDeadLetters >= FullDeadLetters
            || batch.DueHours.Count + writer.WaitingDueHours >= FullDueHours;
        if (batch.IsCommit)
        {
            // The states of this very position: decoding goes on while the batch is written.
            memories.TakeChanged(batch.States);
            dueHours.Commit();
            pace.Saved(Alarm.Now, writer.CommitTook);
        }

        (filling, spare) = (spare, batch);
        filledSince = null;
        handedOver = reached;
        writing = writer.WriteAsync(batch, lifetime.Token);
        if (isLast || !store.TakesPointsWhileFlushing) await WrittenAsync(cancellation).ConfigureAwait(false);
        else if (!writing.IsCompleted) _ = RingWhenWrittenAsync(writing);
    }

    /// <summary>Waits until no batch is being written. A store that is away is told about meanwhile, since no other tick comes.</summary>
    private async Task WrittenAsync(CancellationToken cancellation)
    {
        while (!writing.IsCompleted)
        {
            await writing.WaitAsync(TickWhileWriting, Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (writing.IsCompleted) break;
            cancellation.ThrowIfCancellationRequested();
            Tick();
        }

        await writing.ConfigureAwait(false);
    }

    private async Task RingWhenWrittenAsync(Task written)
    {
        await written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Alarm.Ring();
    }
}
