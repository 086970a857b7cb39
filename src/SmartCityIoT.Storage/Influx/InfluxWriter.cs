using System.Collections.Concurrent;
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
        var refusals = new ConcurrentBag<(int Line, string Reason)>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Batches(buffer),
            parallel,
            async (batch, cancellation) => await WriteBatchAsync(buffer, batch, refusals, cancellation).ConfigureAwait(false)).ConfigureAwait(false);

        var refused = refusals.OrderBy(refusal => refusal.Line).Select(refusal => buffer.Refuse(refusal.Line, refusal.Reason)).ToArray();
        var written = buffer.Count - refused.Length;
        StoreMetrics.Written.Add(written, StoreTag);
        if (refused.Length > 0)
        {
            StoreMetrics.Refused.Add(refused.Length, StoreTag);
            InfluxLog.Refused(logger, database.Description, refused.Length, buffer.Count, refused[0].Reason);
        }

        return new FlushResult(written, refused);
    }

    private IEnumerable<Batch> Batches(LineBuffer buffer)
    {
        for (var first = 0; first < buffer.Count;)
        {
            var count = buffer.CountWithin(first, options.BatchLines, batchBytes);
            yield return new Batch(first, count);
            first += count;
        }
    }

    private async Task WriteBatchAsync(LineBuffer buffer, Batch batch, ConcurrentBag<(int Line, string Reason)> refusals, CancellationToken cancellationToken)
    {
        // Depth first, so that no more than one pair per halving waits here.
        var waiting = new Stack<Batch>([batch]);
        while (waiting.TryPop(out var next))
        {
            var lines = buffer.Slice(next.First, next.Count);
            var outcome = await SendAsync(lines, cancellationToken).ConfigureAwait(false);
            if (outcome.Verdict == StoreVerdict.Written) continue;
            if (outcome.Verdict == StoreVerdict.Halve && next.Count > 1) RememberTooLarge(lines.Length);

            // A server that took a part and dropped as many lines as were sent has dropped them all.
            if (next.Count == 1 || outcome.Dropped == next.Count)
            {
                for (var line = next.First; line < next.First + next.Count; line++) refusals.Add((line, outcome.Reason));
                continue;
            }

            var half = next.Count / 2;
            waiting.Push(new Batch(next.First + half, next.Count - half));
            waiting.Push(next with { Count = half });
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
}
