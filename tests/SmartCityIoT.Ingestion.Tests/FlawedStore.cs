using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Tests;

/// <summary>The real embedded store, with the flaws that a disk or a server can have at the moment that a test chooses.</summary>
internal sealed class FlawedStore(Func<ITelemetryStore> open, string path) : ITelemetryStore
{
    private ITelemetryStore store = open();
    private readonly List<RefusedPoint> refused = [];
    private long flushed;

    /// <summary>Which frames the store refuses for good.</summary>
    public Func<ReadingOrigin, bool> Refuses { get; set; } = _ => false;

    /// <summary>While it is set, no flush ends.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>The next flush finds the file gone.</summary>
    public bool LosesItsFile { get; set; }

    /// <summary>Each flush reaches the disk, and its caller never hears of it.</summary>
    public bool DiesAfterFlush { get; set; }

    /// <summary>Whether the journal may let go of what was flushed, without the minutes until a checkpoint.</summary>
    public bool CheckpointsAtOnce { get; set; }

    /// <summary>Readings appended, rows written again included.</summary>
    public int Appended { get; private set; }

    /// <summary>Throws on appending: a defect of the program.</summary>
    public Func<ReadingOrigin, bool> Breaks { get; set; } = _ => false;

    public string Description => store.Description;

    public StoreHealth Health => Gate is null ? store.Health : new StoreHealth(false, 0, "away for a test", "end the test");

    public int PendingPoints => store.PendingPoints;

    public int PendingBytes => store.PendingBytes;

    public bool KeepsPosition => store.KeepsPosition;

    public bool TakesPointsWhileFlushing => store.TakesPointsWhileFlushing;

    public TimeSpan FlushInterval => store.FlushInterval;

    public long DurablePosition => CheckpointsAtOnce ? flushed : store.DurablePosition;

    public Task<long> OpenAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public void Append(in Reading reading, SeriesTags tags)
    {
        if (Breaks(reading.Origin)) throw new InvalidOperationException("broken for a test");
        if (Refuses(reading.Origin))
        {
            refused.Add(new RefusedPoint(reading.Origin.Device, reading.Origin.Boot, reading.Origin.Sequence, "water pressure=1", "no such thing"));
            return;
        }

        Appended++;
        store.Append(reading, tags);
    }

    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags) => store.AppendEvent(origin, schema, body, tags);

    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags) => store.AppendBoot(origin, body, tags);

    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags) => store.AppendAcknowledgement(origin, body, tags);

    public async ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken)
    {
        if (Gate is { } gate) await gate.Task.WaitAsync(cancellationToken);
        if (LosesItsFile)
        {
            LosesItsFile = false;
            await store.DisposeAsync();
            File.Delete(path);
            File.Delete(path + ".wal");
            store = open();
            throw new StoreRewoundException(0);
        }

        var result = await store.FlushAsync(position, cancellationToken);
        flushed = position;
        if (DiesAfterFlush) throw new OperationCanceledException("the process is gone");
        var all = result with { Refused = [.. refused] };
        refused.Clear();
        return all;
    }

    public Task CheckpointAsync() => store.CheckpointAsync();

    public Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken) => store.SeriesAsync(question, cancellationToken);

    public Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken) => store.AggregateAsync(question, cancellationToken);

    public Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken) => store.CountsAsync(question, cancellationToken);

    public IAsyncEnumerable<StoredReading> LastValuesAsync(CancellationToken cancellationToken) => store.LastValuesAsync(cancellationToken);

    public IRawRows Raw => store.Raw;

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
