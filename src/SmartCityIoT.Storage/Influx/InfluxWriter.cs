using Microsoft.Extensions.Logging;
using Polly;
using SmartCityIoT.Storage.LineProtocol;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Brings lines to the server in batches and comes back when each line is written or refused. Each shard has one batch under way, so that of two
/// lines of one series the later arrives last. A batch that holds bad lines is halved until they stand alone, and the rest goes in; where the server
/// names them, they are taken out.
/// </summary>
internal sealed class InfluxWriter
{
    /// <summary>
    /// Lines from which a shard has a request of its own: influxd takes a point of a request of 1,500 at twice the cost of one of 5,000, so that
    /// two small requests at once gain nothing.
    /// </summary>
    private const int MinShardLines = 2_500;

    private static readonly KeyValuePair<string, object?> StoreTag = new("store", "influx");

    private readonly InfluxClient client;
    private readonly InfluxDatabase database;
    private readonly InfluxOptions options;
    private readonly HealthBoard health;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ResiliencePipeline<StoreOutcome> pipeline;
    private volatile int batchBytes;
    private long pausedUntilMs;

    public InfluxWriter(
        InfluxClient client, InfluxDatabase database, InfluxOptions options, HealthBoard health, TimeProvider time, Func<double> jitter, ILogger logger)
    {
        this.client = client;
        this.database = database;
        this.options = options;
        this.health = health;
        this.time = time;
        this.logger = logger;
        batchBytes = options.BatchBytes;
        pipeline = WritePipeline.Build(time, jitter, static () => StoreMetrics.Retries.Add(1, StoreTag));
    }

    /// <summary>Most bytes of one request, as far as the server has taught us.</summary>
    public int BatchBytes => batchBytes;

    public async Task<FlushResult> WriteAsync(LineLanes lanes, CancellationToken cancellationToken)
    {
        lanes.FoldSmall(Math.Min(MinShardLines, options.BatchLines));
        var refusals = new Refusals();
        var shards = Enumerable.Range(0, lanes.Shards).Where(shard => HasLines(lanes, shard)).ToArray();
        if (shards.Length == 1)
        {
            await WriteShardAsync(lanes, shards[0], refusals, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await Task.WhenAll(shards.Select(shard => Task.Run(() => WriteShardAsync(lanes, shard, refusals, cancellationToken), CancellationToken.None)))
                .ConfigureAwait(false);
        }

        refusals.AddWithheld(lanes.Withheld);
        var refused = refusals.InOrder();
        var written = lanes.Count - refused.Length;
        StoreMetrics.Written.Add(written, StoreTag);
        if (refused.Length > 0)
        {
            StoreMetrics.Refused.Add(refused.Length, StoreTag);
            InfluxLog.Refused(logger, database.Description, refused.Length, lanes.Count, refused[0].Reason);
        }

        return new FlushResult(written, refused);
    }

    private static bool HasLines(LineLanes lanes, int shard)
    {
        for (var target = 0; target < lanes.Targets; target++)
        {
            if (lanes.Of(target, shard).Count > 0) return true;
        }

        return false;
    }

    /// <summary>Sends one batch of a shard after the other: what one connection does.</summary>
    private async Task WriteShardAsync(LineLanes lanes, int shard, Refusals refusals, CancellationToken cancellationToken)
    {
        for (var target = 0; target < lanes.Targets; target++)
        {
            var lane = new Lane(target, lanes.Of(target, shard), refusals);
            for (var next = 0; next < lane.Lines.Count;)
            {
                var batch = new Batch(next, lane.Lines.CountWithin(next, options.BatchLines, batchBytes));
                var outcome = await SendAsync(lane, batch, cancellationToken).ConfigureAwait(false);
                if (outcome.Verdict != StoreVerdict.Written) await DivideAsync(lane, batch, outcome, cancellationToken).ConfigureAwait(false);
                next += batch.Count;
            }
        }
    }

    /// <summary>Brings in what can be brought in of a batch that was not taken as a whole.</summary>
    private async Task DivideAsync(Lane lane, Batch batch, StoreOutcome outcome, CancellationToken cancellationToken)
    {
        // Depth first and in order: few wait here, and no line overtakes one of its series.
        var waiting = new Stack<Batch>();
        for (var next = batch; ;)
        {
            if (outcome.Verdict != StoreVerdict.Written) Divide(lane, next, outcome, waiting);
            if (!waiting.TryPop(out next)) return;
            outcome = await SendAsync(lane, next, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Refuses what is known to be bad of a batch, and leaves what is still to be sent of it.</summary>
    private void Divide(Lane lane, Batch batch, StoreOutcome outcome, Stack<Batch> waiting)
    {
        if (outcome.Verdict == StoreVerdict.Halve && batch.Count > 1) RememberTooLarge(lane.Lines.Slice(batch.First, batch.Count).Length);
        var named = outcome.Named.Lines;
        if (named.Count > 0 && named[^1].Line < batch.Count)
        {
            TakeOut(lane, batch, outcome.Named, waiting);
        }
        else if (batch.Count == 1 || outcome.Dropped == batch.Count)
        {
            // A server that took a part and dropped as many lines as were sent has dropped them all.
            lane.Refusals.Add(lane.Lines, batch.First, batch.Count, outcome.Reason);
        }
        else
        {
            var half = batch.Count / 2;
            waiting.Push(new Batch(batch.First + half, batch.Count - half));
            waiting.Push(batch with { Count = half });
        }
    }

    /// <summary>Refuses the lines that the server names; what lies between them is sent again, unless the server has it.</summary>
    private static void TakeOut(Lane lane, Batch batch, in NamedLines named, Stack<Batch> waiting)
    {
        var behind = batch.First + batch.Count;
        for (var index = named.Lines.Count - 1; index >= 0; index--)
        {
            var line = batch.First + named.Lines[index].Line;
            lane.Refusals.Add(lane.Lines, line, 1, named.Lines[index].Reason);
            if (!named.TookTheRest && line + 1 < behind) waiting.Push(new Batch(line + 1, behind - line - 1));
            behind = line;
        }

        if (!named.TookTheRest && behind > batch.First) waiting.Push(batch with { Count = behind - batch.First });
    }

    /// <summary>Comes back with Written, Bisect or Halve; every other outcome is tried again.</summary>
    private ValueTask<StoreOutcome> SendAsync(Lane lane, Batch batch, CancellationToken cancellationToken) => pipeline.ExecuteAsync(
        static (state, cancellation) => new ValueTask<StoreOutcome>(state.Writer.TryOnceAsync(state.Target, state.Lines, cancellation)),
        (Writer: this, lane.Target, Lines: lane.Lines.Slice(batch.First, batch.Count)),
        cancellationToken);

    private async Task<StoreOutcome> TryOnceAsync(int target, ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken).ConfigureAwait(false);
        var started = time.GetTimestamp();
        var reply = await client.WriteAsync(target, lines, cancellationToken).ConfigureAwait(false);
        StoreMetrics.WriteDuration.Record(time.GetElapsedTime(started).TotalSeconds, StoreTag);
        var outcome = StoreOutcome.Of(reply, time.GetUtcNow());

        // A server that was away at the start, or was set up anew, has no database yet.
        if (outcome.IsPlaceMissing && await database.TryCreateAsync(cancellationToken).ConfigureAwait(false))
        {
            outcome = StoreOutcome.Of(await client.WriteAsync(target, lines, cancellationToken).ConfigureAwait(false), time.GetUtcNow());
        }

        if (outcome.RetryAfter is { } pause) Volatile.Write(ref pausedUntilMs, (time.GetUtcNow() + pause).ToUnixTimeMilliseconds());
        if (outcome.Verdict is StoreVerdict.Written or StoreVerdict.Bisect or StoreVerdict.Halve)
        {
            health.Up();
        }
        else
        {
            health.Down(outcome.Reason, outcome.IsPlaceMissing ? database.RemedyFor(target) : outcome.Remedy);
        }

        return outcome;
    }

    /// <summary>A pause that the server asked for on one connection holds for the others too.</summary>
    private Task PauseAsync(CancellationToken cancellationToken)
    {
        var left = Volatile.Read(ref pausedUntilMs) - time.GetUtcNow().ToUnixTimeMilliseconds();
        return left <= 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(left), time, cancellationToken);
    }

    private void RememberTooLarge(int bytes)
    {
        var limit = Math.Max(1, bytes / 2);
        if (limit >= batchBytes) return;
        batchBytes = limit;
        InfluxLog.Halved(logger, database.Description, bytes, limit);
    }

    private readonly record struct Batch(int First, int Count);

    /// <summary>Lines of one target and shard.</summary>
    private readonly record struct Lane(int Target, LineBuffer Lines, Refusals Refusals);

    /// <summary>The lines of one flush that were refused for good, from all connections.</summary>
    private sealed class Refusals
    {
        private readonly Lock gate = new();
        private List<(int Order, RefusedPoint Point)>? refused;

        public void Add(LineBuffer lines, int first, int count, string reason)
        {
            lock (gate)
            {
                refused ??= [];
                for (var line = first; line < first + count; line++) refused.Add((lines.OrderOf(line), lines.Refuse(line, reason)));
            }
        }

        public void AddWithheld(LineBuffer lines)
        {
            if (lines.Count > 0) Add(lines, 0, lines.Count, "a new series above the budget of its measurement: not sent to the store");
        }

        /// <summary>In the order in which they were appended.</summary>
        public RefusedPoint[] InOrder() => refused is null ? [] : [.. refused.OrderBy(entry => entry.Order).Select(entry => entry.Point)];
    }
}
