using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using SmartCityIoT.Storage.Embedded.Backup;
using SmartCityIoT.Storage.Embedded.Days;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// The store in this process: DuckDB, one wide table of raw integers per sector schema and UTC day, and one Parquet file for each that is over. Rows and journal position are one
/// transaction, so every reading is there exactly once whenever the process dies. The file is rebuildable from its last checkpoint with
/// the journal, and so never in the way of accepting a message.
/// </summary>
/// <remarks>docs/decisions/embedded-store.md gives the reasons.</remarks>
public sealed partial class EmbeddedStore : ITelemetryStore
{
    private static readonly KeyValuePair<string, object?> MetricTag = new("store", "embedded");

    private readonly string path;
    private readonly EmbeddedOptions options;
    private readonly SectorCatalog catalog;
    private readonly TimeProvider time;
    private readonly ILogger<EmbeddedStore> logger;
    private readonly PendingRows pending;
    private readonly ResiliencePipeline retry;
    private readonly DayKeeper days;
    private volatile StoreFile? file;
    private volatile StoreHealth health;
    private StoreCursor? committed;
    private long durablePosition;
    private long lastCheckpoint;
    private long pruneDay = -1;

    /// <param name="path">The database file; beside it stand its write-ahead log, and what was set aside.</param>
    /// <param name="catalog">Layouts in which the newest readings are answered.</param>
    public EmbeddedStore(string path, EmbeddedOptions options, SectorCatalog catalog, TimeProvider time, ILogger<EmbeddedStore> logger)
    {
        this.path = Path.GetFullPath(path);
        this.options = options;
        this.catalog = catalog;
        this.time = time;
        this.logger = logger;
        pending = new PendingRows(options.MaxPendingPoints);
        Raw = new RawQuery(this, catalog);
        days = new DayKeeper(this.path, options, time, logger, folder => FreeSpace!(folder));
        health = new StoreHealth(true, Now);
        lastCheckpoint = time.GetTimestamp();
        retry = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(15),
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = attempt => ValueTask.FromResult(attempt.Outcome.Exception is not (null or OperationCanceledException or StoreRewoundException)),
            OnRetry = attempt =>
            {
                ReportDown(attempt.Outcome.Exception!, attempt.RetryDelay);
                return default;
            },
        }).Build();
    }

    public string Description => $"embedded DuckDB store {path}";

    /// <inheritdoc/>
    /// <remarks>The warning names closed days that cannot be read.</remarks>
    public StoreHealth Health => days.Checks.Notice is { } notice ? health with { Warning = notice } : health;

    public int PendingPoints => pending.Count;

    public int PendingBytes => pending.Bytes;

    public bool KeepsPosition => true;

    public bool TakesPointsWhileFlushing => false;

    /// <inheritdoc/>
    /// <remarks>Each flush is a transaction with a sync of its own.</remarks>
    public TimeSpan FlushInterval { get; } = TimeSpan.FromMilliseconds(400);

    public long DurablePosition => Volatile.Read(ref durablePosition);

    /// <summary>Free bytes on the disk of a path; a seam, since a full disk cannot be had in a test.</summary>
    internal Func<string, long> FreeSpace { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>The open instance, or null.</summary>
    internal StoreFile? OpenInstance => file;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    /// <remarks>Waits while the file cannot be opened, and says why in <see cref="Health"/>. Called again, it drops what is pending.</remarks>
    public async Task<long> OpenAsync(CancellationToken cancellationToken)
    {
        await retry.ExecuteAsync(async _ => await Task.Run(OpenFolder, CancellationToken.None).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        var open = file!;
        committed = open.Cursor;
        pending.Reset(committed.NextOrder, open.Tags);
        ReportUp();
        await Task.Run(() => Maintain(open), CancellationToken.None).ConfigureAwait(false);
        return committed.Position;
    }

    public void Append(in Reading reading, SeriesTags tags)
    {
        var slots = pending.Add(TableKind.Reading, reading.Schema, reading.Origin, reading.Channel, reading.Presence, tags, out var layout);
        var columns = layout.Values;
        for (var column = 0; column < slots.Length; column++)
        {
            var bit = columns[column].Bit;
            if ((reading.Presence >> bit & 1) != 0) slots[column] = reading.Raw[bit];
        }
    }

    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags)
    {
        var slots = pending.Add(TableKind.Event, schema, origin, 0, uint.MaxValue, tags, out _);
        slots[0] = body.Code;
        slots[1] = body.Severity;
        slots[2] = body.Field;
        slots[3] = body.Value;
        slots[4] = body.Threshold;
    }

    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags)
    {
        var slots = pending.Add(TableKind.Boot, SectorSchema.None, origin, 0, uint.MaxValue, tags, out _);
        slots[0] = body.Major;
        slots[1] = body.Minor;
        slots[2] = body.Patch;
        slots[3] = body.HardwareRevision;
        slots[4] = body.ResetCause;
        slots[5] = body.PreviousUptime;
        slots[6] = body.Backlog;
    }

    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags)
    {
        var slots = pending.Add(TableKind.Acknowledgement, SectorSchema.None, origin, 0, uint.MaxValue, tags, out _);
        slots[0] = body.CommandId;
        slots[1] = body.Result;
        slots[2] = body.Detail;
    }

    /// <summary>Makes a backup while the store is open, beside its writer and its questions; see <see cref="StoreBackup"/>.</summary>
    /// <exception cref="StoreBackupException">One line.</exception>
    public async Task BackupAsync(string target, Action<string> tell, CancellationToken cancellationToken)
    {
        if (file is not { } open || !open.TryAcquire()) throw new StoreBackupException($"the store cannot be read at the moment: {health.LastError ?? "it is not open"}");
        try
        {
            await Task.Run(() => StoreBackup.Write(open, path, target, time, tell, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            open.Release();
        }
    }

    /// <summary>Checkpoints and closes the file. What is pending is not written: the journal has it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref file, null) is not { } open) return;
        await days.StopAsync().ConfigureAwait(false);
        await Task.Run(() => FinishDays(open)).ConfigureAwait(false);
        await open.CloseAsync().ConfigureAwait(false);
        days.Dispose();
    }
}
