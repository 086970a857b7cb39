using System.Text;
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

    /// <summary>Part of the journal's limit from which the store does not wait for the time of its checkpoint: where the platform stops being ready.</summary>
    private const double PressingFraction = 0.8;

    private const long MinuteMilliseconds = 60_000;

    private readonly MessageJournal journal;
    private readonly IngestLedger ledger;
    private readonly ITelemetryStore store;
    private readonly DeviceRegistry registry;
    private readonly LiveTable live;
    private readonly PlatformState platform;
    private readonly ILogger<StoreConsumer> logger;
    private readonly DeviceMemories memories = new();
    private readonly MessageDecoder decoder;
    private readonly StoreRefill refill;
    private readonly BalanceTally tally = new();
    private readonly DecodingDays decodings;
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
        decodings = new DecodingDays(catalog);
        refill = new StoreRefill(journal, store, catalog, directory, timeOptions.Value);
    }

    protected override string Cursor => CursorName;

    protected override bool IsFull =>
        store.PendingPoints >= FlushPoints || store.PendingBytes >= FlushBytes || deadLetters.Count >= FlushDeadLetters;

    /// <summary>A full journal brings no record with which the store could come to a checkpoint by itself.</summary>
    protected override bool HasUnsaved => HoldsTheJournalUp(ledger.Position);

    /// <summary>Before any message is taken: positions that were dealt with must not be given to new records.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        ContinueAfter(ledger.Position);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task<long> OpenAsync(CancellationToken cancellation)
    {
        foreach (var state in ledger.LoadDeviceStates()) memories.Load(state.Device, state.State.Span);
        ShowCurrentMinute();
        held = await store.OpenAsync(cancellation).ConfigureAwait(false);
        LogOpened(store.Description, ledger.Position, held);
        ContinueAfter(held);
        if (store.KeepsPosition && held < ledger.Position) await RefillAsync(ledger.Position, cancellation).ConfigureAwait(false);
        return ledger.Position;
    }

    /// <summary>An embedded store's rows are durable at its checkpoints, which may be behind what was counted.</summary>
    protected override long Releasable(long position) => store.KeepsPosition ? Math.Min(position, store.DurablePosition) : position;

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
                if (record.Position > held) StoreAppend.Append(store, message);
                decodings.Note(message);
                Count(record, message.Device, new BalanceCounts { Received = 1, Decoded = 1 });
                pending.Add(new(message.Frame.Header.Device, message.Frame.Header.Boot, message.Frame.Header.Sequence, record.ReceivedAt, record.Position));
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

    /// <summary>A journal that lost its tail goes on after a position that was dealt with, so that no new record is passed by.</summary>
    private void ContinueAfter(long position) => journal.OpenReader(position).Dispose();

    /// <summary>The minute in which the process before this one stopped goes on where it stood.</summary>
    private void ShowCurrentMinute()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var (minute, counts) in ledger.Balance(now - MinuteMilliseconds, now + 1))
        {
            live.Current.Add(minute, new()
            {
                Received = counts.Received,
                Decoded = counts.Decoded,
                Duplicate = counts.Duplicate,
                DeadLettered = counts.DeadLettered,
                Stored = counts.Stored,
                Refused = counts.Refused,
                Status = counts.Status,
                Qos0 = counts.Qos0,
                Evicted = counts.Evicted,
            });
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
}
