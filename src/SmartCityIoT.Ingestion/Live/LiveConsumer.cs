using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Ingestion.Consume;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Receive;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Live;

/// <summary>
/// Takes the journal's records to the live table and the alert engine. A store that is away slows nothing here. The position lives in
/// the alerts' database, in one transaction with the transitions that the records caused. Answers to commands are noted before it.
/// </summary>
internal sealed partial class LiveConsumer : JournalConsumer
{
    public const string CursorName = "live";

    /// <summary>Answers to commands that are kept for the next save; at this many it is due.</summary>
    private const int MaxAnswers = 1_000;

    /// <summary>Time that a slow store may hold up the start of the live side.</summary>
    private static readonly TimeSpan SeedLimit = TimeSpan.FromSeconds(3);

    private readonly MessageJournal journal;
    private readonly LiveTable live;
    private readonly AlertEngine alerts;
    private readonly ITelemetryStore store;
    private readonly StoreConsumer storeConsumer;
    private readonly DownlinkQueue downlink;
    private readonly List<CommandAnswer> answers = [];
    private readonly PlatformState platform;
    private readonly ILogger<LiveConsumer> logger;
    private readonly DeviceMemories memories = new();
    private readonly DeviceStates unsaved = new();
    private readonly SavePace pace = new();
    private readonly MessageDecoder decoder;
    private long newestReceivedAt;
    private long taken;
    private long saved;

    public LiveConsumer(
        MessageJournal journal,
        LiveTable live,
        AlertEngine alerts,
        ITelemetryStore store,
        StoreConsumer storeConsumer,
        SectorCatalog catalog,
        DeviceDirectory directory,
        DownlinkQueue downlink,
        PlatformState platform,
        IOptions<TimeOptions> timeOptions,
        TimeProvider time,
        ILogger<LiveConsumer> logger) : base(journal, time, logger)
    {
        this.journal = journal;
        this.live = live;
        this.alerts = alerts;
        this.store = store;
        this.storeConsumer = storeConsumer;
        this.downlink = downlink;
        this.platform = platform;
        this.logger = logger;
        decoder = new MessageDecoder(catalog, directory, timeOptions.Value, memories);
    }

    protected override string Cursor => CursorName;

    /// <summary>A transition is an alert when it is committed: at once, whether a record or a tick brought it about.</summary>
    protected override bool IsSaveDue(long reached) =>
        alerts.HasTransitions || answers.Count >= MaxAnswers || (reached > saved && Alarm.Now >= pace.DueAt);

    protected override TimeSpan SaveDueAt(long reached) => reached > saved ? pace.DueAt : TimeSpan.MaxValue;

    protected override bool HasUnsaved(long reached) => reached > saved || alerts.HasTransitions;

    protected override async Task<long> OpenAsync(CancellationToken cancellation)
    {
        await SeedAsync(cancellation).ConfigureAwait(false);
        var checkpoint = alerts.Load();
        foreach (var state in checkpoint.DeviceStates) memories.Load(state.Device, state.State.Span);
        saved = checkpoint.Position;
        return saved;
    }

    protected override void Take(in JournalRecord record)
    {
        newestReceivedAt = record.ReceivedAt;
        taken = record.Position;
        live.CountMessage(record.ReceivedAt);
        var message = decoder.Decode(record);
        if (message is not { Device: { } device, Entry: not null }) return;

        // A device behind a broker says nowhere that it has subscribed: that it speaks is the best sign that it listens.
        if (record.Source == (byte)RecordSource.Dial) downlink.RingIfWaiting(device);
        switch (message.Verdict)
        {
            case Verdict.Status:
                live.SetConnected(device, message.IsConnected);
                break;
            case Verdict.Duplicate:
                live.Link(new LinkUpdate(device, record.ReceivedAt, new FrameCounters(0, Duplicates: 1)));
                break;
            case Verdict.DeadLetter:
                live.Link(new LinkUpdate(device, record.ReceivedAt, new FrameCounters(0, DeadLetters: 1)));
                break;
            case Verdict.Decoded:
                TakeDecoded(message, device, record);
                break;
        }
    }

    protected override void TakeDefect(in JournalRecord record, Exception defect)
    {
        // The store consumer meets the same record and keeps it as a dead letter.
    }

    protected override void AfterBlock() => live.Publish();

    protected override void Tick()
    {
        var status = journal.Status;
        if (status.IsFailed || status.IsFull)
        {
            platform.Down(PlatformPart.Journal, status.IsFailed ? $"the journal cannot be written: {status.LastError}" : "the journal has reached its limit of disk space");
        }
        else
        {
            platform.Up(PlatformPart.Journal);
        }

        foreach (var part in platform.Read())
        {
            if (part.Part.Blinds())
            {
                alerts.SetBlind(part.Part.Name(), !part.IsUp, part.Why);
            }
            else
            {
                alerts.SetFault(part.Part.Name(), !part.IsUp, part.Why);
            }
        }

        // While records wait, their receive time is the time that counts: what waits in the journal is no silence.
        alerts.Tick(taken < journal.Head && newestReceivedAt > 0 ? newestReceivedAt : Time.GetUtcNow().ToUnixTimeMilliseconds());
        live.Publish();
    }

    internal override async Task SaveAsync(long reached, bool isLast, CancellationToken cancellation)
    {
        memories.TakeChanged(unsaved);
        while (true)
        {
            try
            {
                var started = Alarm.Now;
                // Before the position: after a crash the answers come again, and change nothing where they were noted.
                await downlink.NoteAnsweredAsync(answers, cancellation).ConfigureAwait(false);
                answers.Clear();
                alerts.Commit(reached, unsaved.All);
                unsaved.Clear();
                saved = reached;
                pace.Saved(Alarm.Now, Alarm.Now - started);
                journal.SetCursor(Cursor, reached);
                return;
            }
            catch (Exception problem) when (problem is SqliteException or { InnerException: SqliteException })
            {
                LogNotCommitted((problem.InnerException ?? problem).Message);
                await Task.Delay(TimeSpan.FromSeconds(1), Time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private void TakeDecoded(DecodedMessage message, ulong device, in JournalRecord record)
    {
        ref readonly var header = ref message.Frame.Header;
        if (message.SkewMilliseconds is { } skew)
        {
            var isLate = (message.Origin(Math.Max(0, message.SampleCount - 1)).Quality & Quality.Late) != 0;
            alerts.EvaluateClock(header, skew, isLate, record.Position, record.ReceivedAt);
        }

        var counters = new FrameCounters(1, 0, message.Missing, message.Sequence == SequenceVerdict.Reordered ? 1 : 0);
        var update = new LinkUpdate(device, record.ReceivedAt, counters)
        {
            Boot = header.Boot,
            Sequence = header.Sequence,
            SkewMilliseconds = message.SkewMilliseconds,
        };
        if (message.SampleCount == 0) live.Link(update);
        for (var i = 0; i < message.SampleCount; i++)
        {
            var reading = message.Sample(i);
            if (i == 0) live.Apply(update, reading);
            else live.Apply(reading, record.ReceivedAt);
            alerts.Evaluate(reading, record.Position, record.ReceivedAt);
        }

        switch (header.Type)
        {
            case MessageType.Boot:
                live.Boot(device, message.Frame.Boot);
                break;
            case MessageType.CommandAcknowledgement:
                var answer = message.Frame.Acknowledgement;
                answers.Add(new CommandAnswer(device, answer.CommandId, answer.Result, answer.Detail, record.ReceivedAt));
                break;
        }
    }

    /// <summary>Shows the store's last values until the devices send again. A store that cannot be asked leaves the table empty.</summary>
    private async Task SeedAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(SeedLimit);
        try
        {
            await storeConsumer.Opened.WaitAsync(limit.Token).ConfigureAwait(false);
            await foreach (var stored in store.LastValuesAsync(limit.Token).ConfigureAwait(false)) Seed(stored);
        }
        catch (Exception problem) when (problem is StoreQuestionUnsupportedException or StoreUnavailableException)
        {
            LogNotSeeded(problem.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            LogNotSeeded($"it did not answer within {SeedLimit.TotalSeconds:F0} s");
        }

        live.Publish();
    }

    private void Seed(StoredReading stored) => live.Seed(new Reading
    {
        Origin = new ReadingOrigin(stored.Device, stored.TimeMicroseconds, stored.Flags, stored.Quality, stored.Boot, stored.Sequence, 0),
        Schema = stored.Schema,
        Channel = stored.Channel,
        Presence = stored.Presence,
        Raw = stored.Raw,
    });

    [LoggerMessage(2220, LogLevel.Warning, "The live table starts without all of the store's last values: {Problem}")]
    private partial void LogNotSeeded(string problem);

    [LoggerMessage(2221, LogLevel.Error, "The databases of alerts and devices cannot be written and are tried again: {Problem}")]
    private partial void LogNotCommitted(string problem);
}
