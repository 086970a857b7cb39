using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Brings the rows of one level to the server. What fails for a time is the caller's to repeat, as the hour is still marked; rows that the server
/// will never take are said and left out, so that one of them does not hold up the others for ever.
/// </summary>
internal sealed class RollupWriter(InfluxClient client, InfluxOptions options, string store, string remedy, TimeProvider time, ILogger logger)
{
    /// <exception cref="StoreUnavailableException">The server did not take the rows; some of them may be written.</exception>
    public async Task WriteAsync(LineBuffer lines, CancellationToken cancellationToken)
    {
        var refused = 0;
        var reason = "";
        var waiting = new Stack<(int First, int Count)>();
        for (var first = 0; first < lines.Count;)
        {
            var count = lines.CountWithin(first, options.BatchLines, options.BatchBytes);
            waiting.Push((first, count));
            first += count;
        }

        while (waiting.TryPop(out var part))
        {
            var reply = await client.WriteAsync(lines.Slice(part.First, part.Count), cancellationToken).ConfigureAwait(false);
            var outcome = StoreOutcome.Of(reply, time.GetUtcNow());
            if (outcome.Verdict == StoreVerdict.Written) continue;
            if (outcome.Verdict is not (StoreVerdict.Bisect or StoreVerdict.Halve))
            {
                var help = outcome.Verdict == StoreVerdict.KeepAndAlert && reply.Status is 404 or 500 ? $" Run on the server: {remedy}" : outcome.Remedy;
                throw new StoreUnavailableException($"{store}: {outcome.Reason} {help}".TrimEnd());
            }

            if (part.Count == 1 || outcome.Dropped == part.Count)
            {
                refused += part.Count;
                reason = outcome.Reason;
                continue;
            }

            var half = part.Count / 2;
            waiting.Push((part.First, half));
            waiting.Push((part.First + half, part.Count - half));
        }

        if (refused > 0) RollupLog.Refused(logger, store, refused, reason);
    }
}
