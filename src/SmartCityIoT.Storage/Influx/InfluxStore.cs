using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Keeps telemetry on a server that takes line protocol over HTTP.
/// <code>
/// Append ──▶ LineProtocolEncoder ──▶ LineLanes ──FlushAsync──▶ LineLanes ──▶ InfluxWriter ──▶ WritePipeline (Polly) ──▶ InfluxClient ──▶ server
///            (SeriesRoutes: lane)    (filled)      (swap)      (sent)            └── StoreOutcome decides on each answer
/// </code>
/// Of the two sets of lanes one is filled while the other is sent, so that a server's time is not the encoder's.
/// The server keeps no journal position: what is not flushed comes from the journal again, and overwrites itself.
/// </summary>
public sealed class InfluxStore : ITelemetryStore
{
    private readonly LineProtocolEncoder encoder;
    private readonly SeriesBudget budget;
    private readonly InfluxClient client;
    private readonly InfluxDatabase database;
    private readonly InfluxWriter writer;
    private readonly InfluxOptions options;
    private readonly InfluxQuery query;
    private readonly InfluxQuestions questions;
    private readonly InfluxLastValues lastValues;
    private readonly HealthBoard health;
    private LineLanes filled;
    private LineLanes sent;
    private bool isSending;
    private long durablePosition;

    public InfluxStore(InfluxOptions options, SectorCatalog catalog, TimeProvider time, ILogger<InfluxStore> logger)
        : this(options, catalog, time, logger, handler: null, Random.Shared.NextDouble)
    {
    }

    /// <param name="handler">Carries the requests instead of a handler of our own.</param>
    /// <param name="jitter">A number in [0, 1), new at each call: spreads the pauses between attempts.</param>
    internal InfluxStore(
        InfluxOptions options, SectorCatalog catalog, TimeProvider time, ILogger<InfluxStore> logger, HttpMessageHandler? handler, Func<double> jitter)
    {
        Description = $"InfluxDB at {options.Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";
        FlushInterval = TimeSpan.FromMilliseconds(options.FlushMilliseconds);
        var targets = new RetentionTargets(options);
        filled = new LineLanes(targets.All.Count, options.Connections);
        sent = new LineLanes(targets.All.Count, options.Connections);
        budget = new SeriesBudget(options.MaxSeriesPerMeasurement);
        encoder = new LineProtocolEncoder(filled, new SeriesRoutes(targets.All.Count, options.Connections, targets.Of, budget));
        health = new HealthBoard(time, logger, Description);
        client = new InfluxClient(options, time, handler);
        database = new InfluxDatabase(client, options, targets, health, logger, Description);
        writer = new InfluxWriter(client, database, options, health, time, jitter, logger);
        this.options = options;
        query = new InfluxQuery(client, options, time, Description);
        questions = new InfluxQuestions(query);
        lastValues = new InfluxLastValues(query, catalog);
        Raw = new InfluxRawRows(query, catalog);
    }

    /// <summary>Says which questions are answered from rollups; none without it.</summary>
    internal RollupChoice? Rollups
    {
        init => questions.Rollups = value is null ? null : new RollupAnswers(query, new RollupPolicies(options, value.Options), value);
    }

    /// <inheritdoc/>
    public string Description { get; }

    /// <inheritdoc/>
    public StoreHealth Health => health.Current;

    /// <inheritdoc/>
    public int PendingPoints => filled.Count + (Volatile.Read(ref isSending) ? 0 : sent.Count);

    /// <inheritdoc/>
    public int PendingBytes => filled.Length + (Volatile.Read(ref isSending) ? 0 : sent.Length);

    /// <inheritdoc/>
    public bool KeepsPosition => false;

    /// <inheritdoc/>
    public bool TakesPointsWhileFlushing => true;

    /// <inheritdoc/>
    public TimeSpan FlushInterval { get; }

    /// <inheritdoc/>
    public long DurablePosition => Volatile.Read(ref durablePosition);

    /// <inheritdoc/>
    public async Task<long> OpenAsync(CancellationToken cancellationToken)
    {
        await database.FindAsync(cancellationToken).ConfigureAwait(false);
        return 0;
    }

    /// <inheritdoc/>
    public void Append(in Reading reading, SeriesTags tags) => encoder.Append(reading, tags);

    /// <inheritdoc/>
    public void AppendEvent(in ReadingOrigin origin, SectorSchema schema, in EventBody body, SeriesTags tags) =>
        encoder.AppendEvent(origin, schema, body, tags);

    /// <inheritdoc/>
    public void AppendBoot(in ReadingOrigin origin, in BootBody body, SeriesTags tags) => encoder.AppendBoot(origin, body, tags);

    /// <inheritdoc/>
    public void AppendAcknowledgement(in ReadingOrigin origin, in AcknowledgementBody body, SeriesTags tags) =>
        encoder.AppendAcknowledgement(origin, body, tags);

    /// <inheritdoc/>
    public ValueTask<FlushResult> FlushAsync(long position, CancellationToken cancellationToken)
    {
        // Lines that a cancelled flush left behind go first.
        if (sent.Count > 0)
        {
            sent.TakeOver(filled);
        }
        else
        {
            (filled, sent) = (sent, filled);
            encoder.Lanes = filled;
        }

        if (sent.Withheld.Count > 0)
        {
            health.Warn($"{string.Join(" and ", budget.Exceeded)} came to {budget.Limit} series: new ones are not written, their points stand in the dead letters. "
                + $"Look there for what makes them, or raise {InfluxOptions.Section}:{nameof(InfluxOptions.MaxSeriesPerMeasurement)}.");
        }

        if (sent.Count > 0)
        {
            // On a thread of the pool, since the caller goes on appending.
            Volatile.Write(ref isSending, true);
            return new ValueTask<FlushResult>(Task.Run(() => SendAsync(position, cancellationToken), CancellationToken.None));
        }

        Volatile.Write(ref durablePosition, position);
        return ValueTask.FromResult(FlushResult.Empty);
    }

    /// <inheritdoc/>
    public Task CheckpointAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken) =>
        questions.SeriesAsync(question, cancellationToken);

    /// <inheritdoc/>
    public Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken) =>
        questions.AggregateAsync(question, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken) =>
        questions.CountsAsync(question, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredReading> LastValuesAsync(CancellationToken cancellationToken) => lastValues.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public IRawRows Raw { get; }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<FlushResult> SendAsync(long position, CancellationToken cancellationToken)
    {
        try
        {
            var result = await writer.WriteAsync(sent, cancellationToken).ConfigureAwait(false);
            sent.Clear();
            Volatile.Write(ref durablePosition, position);
            return result;
        }
        finally
        {
            Volatile.Write(ref isSending, false);
        }
    }
}
