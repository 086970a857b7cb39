using Microsoft.Extensions.Logging;
using Polly;
using SmartCityIoT.Storage.LineProtocol;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Brings the lines of a buffer to the server in batches and comes back when each line is written or refused.
/// A batch that holds bad lines is halved until they stand alone, and the rest goes in.
/// </summary>
internal sealed class InfluxWriter
{
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

    public async Task<FlushResult> WriteAsync(LineBuffer buffer, CancellationToken cancellationToken)
    {
        var flush = new Flush(buffer);
        var batches = Math.Max((buffer.Count - 1) / options.BatchLines, (buffer.Length - 1) / batchBytes) + 1;
        var connections = Math.Min(options.Connections, batches);
        if (connections == 1)
        {
            await WriteBatchesAsync(flush, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var writes = new Task[connections];
            for (var i = 0; i < writes.Length; i++) writes[i] = Task.Run(() => WriteBatchesAsync(flush, cancellationToken), CancellationToken.None);
            await Task.WhenAll(writes).ConfigureAwait(false);
        }

        var refused = flush.Refusals is { } refusals
            ? refusals.OrderBy(refusal => refusal.Line).Select(refusal => buffer.Refuse(refusal.Line, refusal.Reason)).ToArray()
            : [];
        var written = buffer.Count - refused.Length;
        StoreMetrics.Written.Add(written, StoreTag);
        if (refused.Length > 0)
        {
            StoreMetrics.Refused.Add(refused.Length, StoreTag);
            InfluxLog.Refused(logger, database.Description, refused.Length, buffer.Count, refused[0].Reason);
        }

        return new FlushResult(written, refused);
    }

    /// <summary>Sends one batch after the other until none is left: what one connection does.</summary>
    private async Task WriteBatchesAsync(Flush flush, CancellationToken cancellationToken)
    {
        while (flush.TryNext(options.BatchLines, batchBytes, out var batch))
        {
            var lines = flush.Buffer.Slice(batch.First, batch.Count);
            var outcome = await SendAsync(lines, cancellationToken).ConfigureAwait(false);
            if (outcome.Verdict != StoreVerdict.Written) await DivideAsync(flush, batch, outcome, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Brings in what can be brought in of a batch that was not taken as a whole.</summary>
    private async Task DivideAsync(Flush flush, Batch batch, StoreOutcome outcome, CancellationToken cancellationToken)
    {
        // Depth first, so that no more than one pair per halving waits here.
        var waiting = new Stack<Batch>();
        for (var next = batch; ;)
        {
            if (outcome.Verdict != StoreVerdict.Written)
            {
                if (outcome.Verdict == StoreVerdict.Halve && next.Count > 1) RememberTooLarge(flush.Buffer.Slice(next.First, next.Count).Length);

                // A server that took a part and dropped as many lines as were sent has dropped them all.
                if (next.Count == 1 || outcome.Dropped == next.Count)
                {
                    flush.Refuse(next, outcome.Reason);
                }
                else
                {
                    var half = next.Count / 2;
                    waiting.Push(new Batch(next.First + half, next.Count - half));
                    waiting.Push(next with { Count = half });
                }
            }

            if (!waiting.TryPop(out next)) return;
            outcome = await SendAsync(flush.Buffer.Slice(next.First, next.Count), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Comes back with Written, Bisect or Halve; every other outcome is tried again.</summary>
    private ValueTask<StoreOutcome> SendAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken) => pipeline.ExecuteAsync(
        static (state, cancellation) => new ValueTask<StoreOutcome>(state.Writer.TryOnceAsync(state.Lines, cancellation)),
        (Writer: this, Lines: lines),
        cancellationToken);

    private async Task<StoreOutcome> TryOnceAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        await PauseAsync(cancellationToken).ConfigureAwait(false);
        var started = time.GetTimestamp();
        var reply = await client.WriteAsync(lines, cancellationToken).ConfigureAwait(false);
        StoreMetrics.WriteDuration.Record(time.GetElapsedTime(started).TotalSeconds, StoreTag);
        var outcome = StoreOutcome.Of(reply, time.GetUtcNow());

        // A server that was away at the start, or was set up anew, has no database yet.
        if (reply.Status == 404 && await database.TryCreateAsync(cancellationToken).ConfigureAwait(false))
        {
            outcome = StoreOutcome.Of(await client.WriteAsync(lines, cancellationToken).ConfigureAwait(false), time.GetUtcNow());
        }

        if (outcome.RetryAfter is { } pause) Volatile.Write(ref pausedUntilMs, (time.GetUtcNow() + pause).ToUnixTimeMilliseconds());
        if (outcome.Verdict is StoreVerdict.Written or StoreVerdict.Bisect or StoreVerdict.Halve)
        {
            health.Up();
        }
        else
        {
            health.Down(outcome.Reason, reply.Status == 404 ? database.Remedy : outcome.Remedy);
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

    /// <summary>The lines of one flush, which the connections share out among themselves.</summary>
    private sealed class Flush(LineBuffer buffer)
    {
        private readonly Lock gate = new();
        private int next;

        public LineBuffer Buffer => buffer;

        /// <summary>Lines that were refused for good; null where none was.</summary>
        public List<(int Line, string Reason)>? Refusals { get; private set; }

        public bool TryNext(int maxLines, int maxBytes, out Batch batch)
        {
            lock (gate)
            {
                batch = default;
                if (next >= buffer.Count) return false;
                batch = new Batch(next, buffer.CountWithin(next, maxLines, maxBytes));
                next += batch.Count;
                return true;
            }
        }

        public void Refuse(Batch batch, string reason)
        {
            lock (gate)
            {
                Refusals ??= [];
                for (var line = batch.First; line < batch.First + batch.Count; line++) Refusals.Add((line, reason));
            }
        }
    }
}
