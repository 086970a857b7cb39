using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Devices.Seen;
using SmartCityIoT.Ingestion.Consume;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.DeadLetters;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// Takes the journal's records into the store, counts the balance and keeps the dead letters. First the store is written, then the
/// ledger with the position: after a crash in between the same records come again, which an overwriting store does not notice, and an
/// embedded store, which keeps its own position, is spared.
/// </summary>
internal sealed partial class StoreConsumer : JournalConsumer
{
    public const string CursorName = "store";

    /// <summary>Points and bytes at which a flush does not wait for the second to end.</summary>
    private const int FlushPoints = 20_000;
    private const int FlushBytes = 8 * 1024 * 1024;

    /// <summary>Dead letters at which a flush does not wait, so that a flood of poison takes no memory.</summary>
    private const int FlushDeadLetters = 2_000;

    private const long BalanceCheckMilliseconds = 60_000;

    private readonly MessageJournal journal;
    private readonly IngestLedger ledger;
    private readonly ITelemetryStore store;
    private readonly DeviceRegistry registry;
    private readonly LiveTable live;
    private readonly PlatformState platform;
    private readonly ILogger<StoreConsumer> logger;
    private readonly DeviceMemories memories = new();
    private readonly MessageDecoder decoder;
    private readonly BalanceTally tally = new();
    private readonly PendingFrames pending = new();
    private readonly List<DeadLetter> deadLetters = [];
    private LedgerCommit? unfinished;
    private long held;
    private long balanceCheckedAt;

    public StoreConsumer(
        MessageJournal journal,
        IngestLedger ledger,
        ITelemetryStore store,
        SectorCatalog catalog,
        DeviceDirectory directory,
        DeviceRegistry registry,
        LiveTable live,
        PlatformState platform,
        IOptions<TimeOptions> timeOptions,
        TimeProvider time,
        ILogger<StoreConsumer> logger) : base(journal, time, logger)
    {
        this.journal = journal;
        this.ledger = ledger;
        this.store = store;
        this.registry = registry;
        this.live = live;
        this.platform = platform;
        this.logger = logger;
        decoder = new MessageDecoder(catalog, directory, timeOptions.Value, memories);
    }

    protected override string Cursor => CursorName;

    protected override bool IsFull =>
        store.PendingPoints >= FlushPoints || store.PendingBytes >= FlushBytes || deadLetters.Count >= FlushDeadLetters;

    protected override async Task<long> OpenAsync(CancellationToken cancellation)
    {
        held = await store.OpenAsync(cancellation).ConfigureAwait(false);
        foreach (var state in ledger.LoadDeviceStates()) memories.Load(state.Device, state.State.Span);
        LogOpened(store.Description, ledger.Position, held);
        return ledger.Position;
    }

    protected override void Take(in JournalRecord record)
    {
        var message = decoder.Decode(record);
        switch (message.Verdict)
        {
            case Verdict.Status:
                Count(record, message.Device, new BalanceCounts { Status = 1 });
                break;
            case Verdict.Duplicate:
                Count(record, message.Device, new BalanceCounts { Received = 1, Duplicate = 1 });
                break;
            case Verdict.DeadLetter:
                Count(record, message.Device, new BalanceCounts { Received = 1, DeadLettered = 1 });
                deadLetters.Add(DeadLetterOf(record, message.Reason, message.Device));
                break;
            case Verdict.Decoded:
                Count(record, message.Device, new BalanceCounts { Received = 1, Decoded = 1 });
                pending.Add(new(message.Frame.Header.Device, message.Frame.Header.Boot, message.Frame.Header.Sequence, record.ReceivedAt, record.Position));
                if (record.Position > held) Append(message);
                break;
        }
    }

    protected override void TakeDefect(in JournalRecord record, Exception defect)
    {
        RecordTopic.TryGetDevice((RecordKind)record.Kind, record.Topic, record.Payload, out var device);
        Count(record, device, new BalanceCounts { Received = 1, DeadLettered = 1 });
        deadLetters.Add(DeadLetterOf(record, DeadLetterReasons.Defect, device) with { Detail = defect.Message });
    }

    protected override void Tick()
    {
        var health = store.Health;
        if (health.IsUp)
        {
            platform.Up(PlatformPart.Store);
        }
        else
        {
            platform.Down(PlatformPart.Store, $"{store.Description}: {health.LastError} {health.Remedy}".TrimEnd());
        }

        CheckBalance();
    }

    protected override async Task SaveAsync(long position, CancellationToken cancellation)
    {
        // A commit that was given up is finished first: its points are in the store, and its counts are summed up.
        unfinished ??= SumUp(position, await FlushAsync(position, cancellation).ConfigureAwait(false));
        await CommitAsync(unfinished, cancellation).ConfigureAwait(false);
        journal.SetCursor(Cursor, Math.Min(unfinished.Position, store.DurablePosition));
        unfinished = null;
        tally.Clear();
        pending.Clear();
        deadLetters.Clear();
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
        if (now - balanceCheckedAt < BalanceCheckMilliseconds) return;
        balanceCheckedAt = now;
        var open = ledger.Balance(now - 60 * BalanceCheckMilliseconds, now + 1).FirstOrDefault(minute => !minute.Counts.Closes());
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

    private void Append(DecodedMessage message)
    {
        var entry = message.Entry!;
        for (var i = 0; i < message.SampleCount; i++) store.Append(message.Sample(i), entry.TagsAt(message.TimeOf(i)));
        if (message.SampleCount > 0) return;

        var frame = message.Frame;
        var origin = message.Origin(0);
        var tags = entry.TagsAt(message.TimeOf(0));
        switch (frame.Header.Type)
        {
            case MessageType.Event:
                store.AppendEvent(origin, frame.Schema, frame.Event, tags);
                break;
            case MessageType.Boot:
                store.AppendBoot(origin, frame.Boot, tags);
                break;
            case MessageType.CommandAcknowledgement:
                store.AppendAcknowledgement(origin, frame.Acknowledgement, tags);
                break;
        }
    }

    private void Count(in JournalRecord record, ulong? device, BalanceCounts counts)
    {
        if (record.Qos == 0 && counts.Received > 0) counts = counts with { Qos0 = 1 };
        tally.Add(record.ReceivedAt, device, counts);
        live.Current.Add(record.ReceivedAt, new()
        {
            Received = counts.Received,
            Decoded = counts.Decoded,
            Waiting = counts.Decoded,
            Duplicate = counts.Duplicate,
            DeadLettered = counts.DeadLettered,
            Status = counts.Status,
            Qos0 = counts.Qos0,
        });
    }

    private DeadLetter DeadLetterOf(in JournalRecord record, string reason, ulong? device)
    {
        var topic = RecordTopic.Text((RecordKind)record.Kind, record.Port, device ?? 0, record.Topic);
        if (reason == DeadLetterReason.UnknownDevice)
        {
            registry.Seen(device!.Value, record.Source == (byte)RecordSource.Listen ? SeenVia.Listen : SeenVia.Dial, Encoding.UTF8.GetBytes(topic));
        }

        return new DeadLetter
        {
            ReceivedAt = record.ReceivedAt,
            Reason = reason,
            Device = device,
            Topic = topic,
            Payload = record.Payload.ToArray(),
        };
    }

    [LoggerMessage(2210, LogLevel.Information, "Storing to {Store} from journal position {Position} (the store holds {Held})")]
    private partial void LogOpened(string store, long position, long held);

    [LoggerMessage(2211, LogLevel.Error, "The ledger cannot be written and is tried again: {Problem}")]
    private partial void LogLedger(string problem);
}
