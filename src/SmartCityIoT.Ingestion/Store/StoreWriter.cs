using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// Writes one batch at a time: first the store; then the counts; and, behind a batch that asks for it, the ledger with the position, the
/// counts, the dead letters and the device states of that very position, and the journal's cursor last. What was flushed since the last commit
/// comes again after a kill, and is decided and written the same.
/// </summary>
internal sealed partial class StoreWriter(
    MessageJournal journal,
    IngestLedger ledger,
    ITelemetryStore store,
    LiveTable live,
    PlatformState platform,
    StoreRefill refill,
    RollupBoard rollups,
    TimeProvider time,
    ILogger<StoreConsumer> logger)
{
    /// <summary>Part of the journal's limit from which the store does not wait for the time of its checkpoint: where the platform stops being ready.</summary>
    private const double PressingFraction = 0.8;

    private readonly BalanceTally tally = new();
    private readonly LiveBalance shown = new(live.Current);
    private readonly List<DeadLetter> deadLetters = [];
    private readonly List<DecodingOfDay> decodings = [];
    private readonly List<DueHour> dueHours = [];
    private long committed;

    /// <summary>Position up to which an embedded store has everything already.</summary>
    public long Held { get; private set; }

    /// <summary>Position of the last commit of the ledger.</summary>
    public long Committed => Volatile.Read(ref committed);

    /// <summary>Dead letters that wait for the next commit. Only while no batch is being written.</summary>
    public int WaitingDeadLetters => deadLetters.Count;

    /// <summary>Hours to be rolled up that wait for the next commit. Only while no batch is being written.</summary>
    public int WaitingDueHours => dueHours.Count;

    /// <summary>How long the store took for the last batch.</summary>
    public TimeSpan FlushTook { get; private set; }

    /// <summary>How long the last commit took.</summary>
    public TimeSpan CommitTook { get; private set; }

    /// <summary>Opens the store and brings an embedded one that is behind the ledger up to it.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        committed = ledger.Position;
        Held = await store.OpenAsync(cancellation).ConfigureAwait(false);
        LogOpened(store.Description, committed, Held);
        journal.OpenReader(Held).Dispose();
        if (store.KeepsPosition && Held < committed) await RefillAsync(committed, cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Whether the journal comes to its limit with records that it keeps for the store's checkpoint alone. Another consumer that is further behind
    /// would leave it as full as it is.
    /// </summary>
    public bool HoldsTheJournalUp(long position)
    {
        if (!store.KeepsPosition || store.DurablePosition >= position) return false;
        var status = journal.Status;
        var mine = journal.GetCursor(StoreConsumer.CursorName);
        return (status.IsFull || status.UsedFraction >= PressingFraction) && status.Cursors.All(cursor => cursor.Position >= mine);
    }

    /// <summary>Writes a batch and empties it. Cancelled at the end of the process alone: the batch is then in the journal still.</summary>
    public async Task WriteAsync(StoreBatch batch, CancellationToken cancellation)
    {
        var result = await FlushAsync(batch.Position, cancellation).ConfigureAwait(false);
        Count(batch, batch.FindRefused(result.Refused));
        rollups.TellStored(batch.ReceivedUntil);
        if (batch.IsCommit) await CommitAsync(batch, cancellation).ConfigureAwait(false);
        batch.Clear();
    }

    private void Count(StoreBatch batch, Dictionary<int, RefusedPoint>? refused)
    {
        foreach (var (receivedAt, device, counts) in batch.Others) tally.Add(receivedAt, device, counts);
        deadLetters.AddRange(batch.DeadLetters);
        decodings.AddRange(batch.Decodings);
        dueHours.AddRange(batch.DueHours);
        var frames = batch.Frames;
        for (var from = 0; from < frames.Length;) from = CountMinute(frames, from, refused);
        shown.Publish();
        if (refused is null) return;
        foreach (var (index, point) in refused) deadLetters.Add(Refused(batch.Frames[index], point));
    }

    /// <summary>Counts the frames from a place on that were received in one minute; the answer is the place behind them.</summary>
    private int CountMinute(ReadOnlySpan<PendingFrame> frames, int from, Dictionary<int, RefusedPoint>? refused)
    {
        var minute = BalanceTally.MinuteOf(frames[from].ReceivedAt);
        var day = BalanceTally.DayOf(minute);
        long duplicates = 0;
        long refusals = 0;
        long qos0 = 0;
        var at = from;
        for (; at < frames.Length; at++)
        {
            ref readonly var frame = ref frames[at];
            if ((ulong)(frame.ReceivedAt - minute) >= BalanceTally.MinuteMilliseconds) break;
            var isRefused = refused is not null && refused.ContainsKey(at);
            tally.AddFrame(frame.Tally, day, frame.IsDuplicate, isRefused, frame.IsQos0);
            if (frame.IsDuplicate) duplicates++;
            if (isRefused) refusals++;
            if (frame.IsQos0) qos0++;
        }

        var received = at - from;
        var decoded = received - duplicates;
        tally.AddMinute(minute, new BalanceCounts
        {
            Received = received,
            Decoded = decoded,
            Duplicate = duplicates,
            Stored = decoded - refusals,
            Refused = refusals,
            Qos0 = qos0,
        });
        shown.Add(minute, new() { Stored = decoded - refusals, Refused = refusals, Waiting = -decoded });
        return at;
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

    private async ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        try
        {
            var result = await store.FlushAsync(position, cancellation).ConfigureAwait(false);
            FlushTook = time.GetElapsedTime(started);
            return result;
        }
        catch (StoreRewoundException rewound)
        {
            LogRewound(rewound.HeldPosition, position);
            Held = await store.OpenAsync(cancellation).ConfigureAwait(false);
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
                LogRefilling(store.Description, Held, position);
                await refill.RunAsync(Held, position, cancellation).ConfigureAwait(false);
                return;
            }
            catch (StoreRewoundException rewound)
            {
                LogRewound(rewound.HeldPosition, position);
                Held = await store.OpenAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task CommitAsync(StoreBatch batch, CancellationToken cancellation)
    {
        var (minutes, deviceDays) = tally.Take();
        var commit = new LedgerCommit
        {
            Position = batch.Position,
            Minutes = minutes,
            DeviceDays = deviceDays,
            Decodings = decodings,
            DueHours = dueHours,
            DeadLetters = deadLetters,
            DeviceStates = batch.States.All,
        };
        while (!TryCommit(commit)) await Task.Delay(TimeSpan.FromSeconds(1), time, cancellation).ConfigureAwait(false);
        if (HoldsTheJournalUp(batch.Position)) await store.CheckpointAsync().ConfigureAwait(false);
        journal.SetCursor(StoreConsumer.CursorName, Math.Min(batch.Position, store.DurablePosition));
        foreach (var minute in minutes) IngestionMeter.CountRecords(minute.Counts);
        tally.Clear();
        decodings.Clear();
        dueHours.Clear();
        deadLetters.Clear();
        Volatile.Write(ref committed, batch.Position);
    }

    private bool TryCommit(LedgerCommit commit)
    {
        var started = time.GetTimestamp();
        try
        {
            ledger.Commit(commit);
            CommitTook = time.GetElapsedTime(started);
            return true;
        }
        catch (SqliteException problem)
        {
            platform.Down(PlatformPart.Store, $"the ledger cannot be written: {problem.Message}");
            LogLedger(problem.Message);
            return false;
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
