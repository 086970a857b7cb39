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
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>
/// Takes the journal's records into the store, counts the balance and keeps the dead letters.
/// <code>
/// record ──▶ decode ──▶ points (the store's buffer) and counts (StoreBatch) ──▶ StoreWriter: store ▸ ledger ▸ journal's cursor
/// </code>
/// First the store is written, then the ledger with the position: after a crash in between the same records come again, which an overwriting
/// store does not notice, and an embedded store, which keeps its own position, is spared. A flush comes after the store's flush interval, so
/// that points can soon be asked for; a commit, which costs two rows for each device that sent something, about once a second.
/// </summary>
internal sealed partial class StoreConsumer : JournalConsumer
{
    public const string CursorName = "store";

    /// <summary>Points for which a flush does not wait for its time: one request's worth.</summary>
    private const int EarlyPoints = 10_000;

    /// <summary>Points, bytes and records at which no more is taken until the batch before has been written.</summary>
    private const int FullPoints = 20_000;
    private const int FullBytes = 8 * 1024 * 1024;
    private const int FullRecords = 40_000;

    /// <summary>Dead letters at which a commit does not wait, so that a flood of poison takes no memory.</summary>
    private const int FullDeadLetters = 2_000;

    /// <summary>Hours to be rolled up at which a commit does not wait, so that readings of long ago take no memory.</summary>
    private const int FullDueHours = 20_000;

    private static readonly TimeSpan TickWhileWriting = TimeSpan.FromSeconds(1);

    private const long MinuteMilliseconds = 60_000;

    private readonly MessageJournal journal;
    private readonly IngestLedger ledger;
    private readonly ITelemetryStore store;
    private readonly DeviceRegistry registry;
    private readonly LiveTable live;
    private readonly PlatformState platform;
    private readonly DeviceMemories memories = new();
    private readonly MessageDecoder decoder;
    private readonly DecodingDays decodings;
    private readonly DueHourNotes dueHours;
    private readonly RollupBoard rollups;
    private readonly StoreWriter writer;
    private readonly LiveBalance shown;
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
        RollupBoard rollups,
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
        decoder = new MessageDecoder(catalog, directory, timeOptions.Value, memories);
        this.rollups = rollups;
        decodings = new DecodingDays(catalog);
        dueHours = new DueHourNotes(rollups);
        var refill = new StoreRefill(journal, store, catalog, directory, timeOptions.Value);
        writer = new StoreWriter(journal, ledger, store, live, platform, refill, rollups, time, logger);
        shown = new LiveBalance(live.Current);
    }

    protected override string Cursor => CursorName;

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
        await writer.OpenAsync(cancellation).ConfigureAwait(false);
        handedOver = ledger.Position;
        return handedOver;
    }

    /// <summary>An embedded store's rows are durable at its checkpoints, which may be behind what was counted.</summary>
    protected override long Releasable(long position) => store.KeepsPosition ? Math.Min(position, store.DurablePosition) : position;

    public override void Dispose()
    {
        base.Dispose();
        lifetime.Dispose();
    }

    protected override void Take(in JournalRecord record)
    {
        var message = decoder.Decode(record);
        if (record.ReceivedAt > filling.ReceivedUntil) filling.ReceivedUntil = record.ReceivedAt;
        switch (message.Verdict)
        {
            case Verdict.Status:
                Count(record, message.Device, new BalanceCounts { Status = 1 });
                break;
            case Verdict.Duplicate:
                filling.Add(FrameOf(message, record, isDuplicate: true));
                shown.Add(record.ReceivedAt, new() { Received = 1, Duplicate = 1, Qos0 = record.Qos == 0 ? 1 : 0 });
                break;
            case Verdict.DeadLetter:
                Count(record, message.Device, new BalanceCounts { Received = 1, DeadLettered = 1 });
                filling.DeadLetters.Add(DeadLetterOf(record, message.Reason, message.Device));
                break;
            case Verdict.Decoded:
                if (record.Position > writer.Held) StoreAppend.Append(store, message);
                decodings.Note(message, filling.Decodings);
                dueHours.Note(message, record.ReceivedAt, filling.DueHours);
                filling.Add(FrameOf(message, record, isDuplicate: false));
                shown.CountDecoded(record.ReceivedAt, record.Qos == 0);
                break;
        }
    }

    protected override void TakeDefect(in JournalRecord record, Exception defect)
    {
        RecordTopic.TryGetDevice((RecordKind)record.Kind, record.Topic, record.Payload, out var device);
        Count(record, device, new BalanceCounts { Received = 1, DeadLettered = 1 });
        filling.DeadLetters.Add(DeadLetterOf(record, DeadLetterReasons.Defect, device) with { Detail = defect.Message });
    }

    protected override void AfterBlock()
    {
        filledSince ??= Alarm.Now;
        shown.Publish();
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

        if (health.Warning is { } warning) platform.Down(PlatformPart.StoreWarning, $"{store.Description}: {warning}");
        else platform.Up(PlatformPart.StoreWarning);
        TellStored();
        CheckBalance();
    }

    /// <summary>Where no message waits, everything that was received is stored; what is on its way into the journal has the rollups' grace.</summary>
    private void TellStored()
    {
        var now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (filling.Records == 0 && writing.IsCompletedSuccessfully && journal.Head == handedOver) rollups.TellStored(now);
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

    private static PendingFrame FrameOf(DecodedMessage message, in JournalRecord record, bool isDuplicate)
    {
        var memory = message.Memory!;
        ref readonly var header = ref message.Frame.Header;
        memory.Tally ??= new DeviceTally(memory.Device);
        return new(memory.Tally, record.ReceivedAt, record.Position, header.Sequence, header.Boot, isDuplicate, record.Qos == 0);
    }

    /// <summary>Counts a record that is no frame of a known device: a state of a link, or a dead letter.</summary>
    private void Count(in JournalRecord record, ulong? device, BalanceCounts counts)
    {
        if (record.Qos == 0 && counts.Received > 0) counts = counts with { Qos0 = 1 };
        filling.Add(record.ReceivedAt, device, counts);
        shown.Add(record.ReceivedAt, new() { Received = counts.Received, DeadLettered = counts.DeadLettered, Status = counts.Status, Qos0 = counts.Qos0 });
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
