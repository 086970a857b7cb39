using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Store;

// Saving: the store first, then the ledger with the position.
internal sealed partial class StoreConsumer
{
    protected override async Task SaveAsync(long position, CancellationToken cancellation)
    {
        // A commit that was given up is finished first: its points are in the store, and its counts are summed up.
        unfinished ??= SumUp(position, await FlushAsync(position, cancellation).ConfigureAwait(false));
        await CommitAsync(unfinished, cancellation).ConfigureAwait(false);
        if (HoldsTheJournalUp(unfinished.Position)) await store.CheckpointAsync().ConfigureAwait(false);
        journal.SetCursor(Cursor, Math.Min(unfinished.Position, store.DurablePosition));
        foreach (var minute in unfinished.Minutes) IngestionMeter.CountRecords(minute.Counts);
        unfinished = null;
        tally.Clear();
        pending.Clear();
        decodings.Told();
        deadLetters.Clear();
    }

    /// <summary>
    /// Whether the journal comes to its limit with records that it keeps for the store's checkpoint alone. Another consumer that is further behind
    /// would leave it as full as it is.
    /// </summary>
    private bool HoldsTheJournalUp(long position)
    {
        if (!store.KeepsPosition || store.DurablePosition >= position) return false;
        var status = journal.Status;
        var mine = journal.GetCursor(Cursor);
        return (status.IsFull || status.UsedFraction >= PressingFraction) && status.Cursors.All(cursor => cursor.Position >= mine);
    }

    private LedgerCommit SumUp(long position, FlushResult result)
    {
        var refused = pending.Refused(result.Refused);
        foreach (var frame in pending.All)
        {
            var counts = refused.ContainsKey(frame) ? new BalanceCounts { Refused = 1 } : new BalanceCounts { Stored = 1 };
            tally.Add(frame.ReceivedAt, frame.Device, counts);
            live.Current.Add(frame.ReceivedAt, new() { Stored = counts.Stored, Refused = counts.Refused, Waiting = -1 });
        }

        deadLetters.AddRange(refused.Select(one => Refused(one.Key, one.Value)));
        return new LedgerCommit
        {
            Position = position,
            Minutes = tally.Minutes,
            DeviceDays = tally.DeviceDays,
            Decodings = decodings.News,
            DeadLetters = deadLetters,
            DeviceStates = memories.TakeChanged(),
        };
    }

    /// <summary>The frame behind a refused point, as the journal has it, with the point and the server's words.</summary>
    private DeadLetter Refused(PendingFrame frame, RefusedPoint point)
    {
        using var reader = journal.OpenReader(frame.Position - 1);
        var payload = Array.Empty<byte>();
        if (reader.TryReadBlock(out var block))
        {
            foreach (var record in block)
            {
                if (record.Position == frame.Position) payload = record.Payload.ToArray();
            }
        }

        return new DeadLetter
        {
            ReceivedAt = frame.ReceivedAt,
            Reason = DeadLetterReason.StoreRefused,
            Device = frame.Device,
            Topic = RecordTopic.Text(RecordKind.Frame, 0, frame.Device, []),
            Payload = payload,
            Detail = $"{point.Reason}: {point.Line}",
        };
    }

    /// <summary>Once a minute: an hour that does not add up is a defect that an operator must hear of.</summary>
    private void CheckBalance()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (now - balanceCheckedAt < MinuteMilliseconds) return;
        balanceCheckedAt = now;
        var open = ledger.Balance(now - 60 * MinuteMilliseconds, now + 1).FirstOrDefault(minute => !minute.Counts.Closes());
        if (open.Minute == 0)
        {
            platform.Up(PlatformPart.Balance);
        }
        else
        {
            platform.Down(PlatformPart.Balance, $"the balance of {DateTimeOffset.FromUnixTimeMilliseconds(open.Minute):O} does not close: {open.Counts}");
        }
    }

    private async ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellation)
    {
        try
        {
            return await FlushWatchedAsync(position, cancellation).ConfigureAwait(false);
        }
        catch (StoreRewoundException rewound)
        {
            LogRewound(rewound.HeldPosition, position);
            held = await store.OpenAsync(cancellation).ConfigureAwait(false);
            await RefillAsync(position, cancellation).ConfigureAwait(false);
            return FlushResult.Empty;
        }
    }

    /// <summary>Brings an embedded store that fell back up to a position, with what the journal still has. Nothing is counted again.</summary>
    private async Task RefillAsync(long position, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                LogRefilling(store.Description, held, position);
                await refill.RunAsync(held, position, cancellation).ConfigureAwait(false);
                return;
            }
            catch (StoreRewoundException rewound)
            {
                LogRewound(rewound.HeldPosition, position);
                held = await store.OpenAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<FlushResult> FlushWatchedAsync(long position, CancellationToken cancellation)
    {
        var flush = store.FlushAsync(position, cancellation);
        if (flush.IsCompleted) return await flush.ConfigureAwait(false);

        // A store that is away is told about while the flush keeps trying, since no tick comes before it ends.
        var task = flush.AsTask();
        while (await Task.WhenAny(task, Task.Delay(TimeSpan.FromSeconds(1), Time, cancellation)).ConfigureAwait(false) != task && !cancellation.IsCancellationRequested)
        {
            Tick();
        }

        return await task.ConfigureAwait(false);
    }

    private async Task CommitAsync(LedgerCommit commit, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                ledger.Commit(commit);
                return;
            }
            catch (SqliteException problem)
            {
                platform.Down(PlatformPart.Store, $"the ledger cannot be written: {problem.Message}");
                LogLedger(problem.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    [LoggerMessage(2210, LogLevel.Information, "Storing to {Store} from journal position {Position} (the store holds {Held})")]
    private partial void LogOpened(string store, long position, long held);

    [LoggerMessage(2212, LogLevel.Warning, "{Store} holds the journal up to position {Held} only: appending again what the journal has up to {Position}")]
    private partial void LogRefilling(string store, long held, long position);

    [LoggerMessage(2213, LogLevel.Error, "The embedded store fell back to position {Held} while {Position} was being written")]
    private partial void LogRewound(long held, long position);

    [LoggerMessage(2211, LogLevel.Error, "The ledger cannot be written and is tried again: {Problem}")]
    private partial void LogLedger(string problem);
}
