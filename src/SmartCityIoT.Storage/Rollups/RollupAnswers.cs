using System.Globalization;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Answers buckets from rollups where they are complete, and from the readings before and behind:
/// <code>
/// from ── readings ──┤ first whole row ──────── rows ──────── first due hour ├── readings ── to
/// </code>
/// Minimum, maximum, sum and count of rows add up to those of the readings, so that both ways come to the same answer.
/// </summary>
internal sealed class RollupAnswers(InfluxQuery query, RollupPolicies policies, RollupChoice choice)
{
    private const long NanosecondsPerMs = 1_000_000;

    /// <summary>Asks the readings for buckets in a range of Unix milliseconds.</summary>
    public delegate Task<IReadOnlyList<SeriesPoint>> AskReadings(long from, long to);

    /// <summary>How a question for a series is answered best.</summary>
    /// <param name="intervalMs">Width of the buckets that the question asks for.</param>
    /// <param name="fits">Whether all of the readings that there are fit into the answer.</param>
    /// <returns>Width of the buckets; null where the readings are all there and fit, and so stand for themselves.</returns>
    public async Task<long?> WidthAsync(SeriesQuestion question, long intervalMs, bool fits, CancellationToken cancellationToken)
    {
        if (!fits && intervalMs % RollupLevel.HourMs == 0) return intervalMs;
        var hours = choice.Of(question.Sector, [question.Device], question.From, question.To, RollupLevel.HourMs);
        if (hours is not { } span || !await HaveExpiredAsync(question, span, cancellationToken).ConfigureAwait(false)) return fits ? null : intervalMs;

        // No finer than what is left.
        var wider = RollupLevel.Minute.Ceiling(intervalMs);
        var minutes = choice.Of(question.Sector, [question.Device], question.From, question.To, wider);
        return minutes is { } finer && await HasRowsAsync(finer, question.Sector, Conditions.Series, Conditions.Of(question), cancellationToken).ConfigureAwait(false)
            ? wider
            : RollupLevel.Hour.Ceiling(intervalMs);
    }

    /// <summary>Buckets of one field of a series.</summary>
    /// <param name="readings">Asks for the same buckets from the readings.</param>
    public Task<IReadOnlyList<SeriesPoint>> SeriesAsync(SeriesQuestion question, long intervalMs, AskReadings readings, CancellationToken cancellationToken)
    {
        var span = choice.Of(question.Sector, [question.Device], question.From, question.To, intervalMs);
        return BucketsAsync(
            span, question.Sector, question.Field.Name, Conditions.Series, Conditions.Of(question), question.From, question.To, intervalMs, readings, cancellationToken);
    }

    /// <summary>Buckets of one field over all channels of some devices.</summary>
    /// <param name="condition">Names the devices in InfluxQL.</param>
    /// <param name="readings">Asks for the same buckets from the readings.</param>
    public Task<IReadOnlyList<SeriesPoint>> AggregateAsync(
        AggregateQuestion question, IReadOnlyCollection<ulong> devices, string condition, AskReadings readings, CancellationToken cancellationToken)
    {
        var span = choice.Of(question.Sector, devices, question.From, question.To, question.IntervalMs);
        return BucketsAsync(
            span, question.Sector, question.Field.Name, condition, [], question.From, question.To, question.IntervalMs, readings, cancellationToken);
    }

    private async Task<IReadOnlyList<SeriesPoint>> BucketsAsync(
        RollupSpan? chosen,
        string sector,
        string field,
        string condition,
        Dictionary<string, object> parameters,
        long from,
        long to,
        long intervalMs,
        AskReadings readings,
        CancellationToken cancellationToken)
    {
        if (chosen is not { } span || !await HasRowsAsync(span, sector, condition, parameters, cancellationToken).ConfigureAwait(false))
        {
            return await readings(from, to).ConfigureAwait(false);
        }

        var buckets = new SortedDictionary<long, SeriesPoint>();
        if (from < span.From) Add(buckets, await readings(from, span.From).ConfigureAwait(false));
        Add(buckets, await RowsAsync(span, sector, field, condition, parameters, intervalMs, cancellationToken).ConfigureAwait(false));
        if (span.To < to) Add(buckets, await readings(span.To, to).ConfigureAwait(false));
        return [.. buckets.Values];
    }

    private async Task<IReadOnlyList<SeriesPoint>> RowsAsync(
        RollupSpan span, string sector, string field, string condition, Dictionary<string, object> parameters, long intervalMs, CancellationToken cancellationToken)
    {
        var statement = $"SELECT min({Column(field, "min")}), sum({Column(field, "sum")}), max({Column(field, "max")}), sum({Column(field, "count")}) "
            + $"FROM {policies.From(span.Level, sector)} WHERE {condition} AND {Conditions.Range} "
            + string.Create(CultureInfo.InvariantCulture, $"GROUP BY time({intervalMs}ms) fill(none)");
        using var answer = await query.AskAsync(statement, Parameters(parameters, span.From, span.To), "ms", cancellationToken).ConfigureAwait(false);
        return
        [
            .. InfluxAnswer.SeriesIn(answer.RootElement, span.Level.Measurement(sector), query.Description).SelectMany(InfluxAnswer.RowsOf).Select(row =>
            {
                var count = row[4].GetInt64();
                return new SeriesPoint(row[0].GetInt64(), row[1].GetDouble(), row[2].GetDouble() / count, row[3].GetDouble(), count);
            }),
        ];
    }

    /// <summary>Whether the oldest readings that were rolled up are gone: they go by hours, the oldest first.</summary>
    private async Task<bool> HaveExpiredAsync(SeriesQuestion question, RollupSpan span, CancellationToken cancellationToken)
    {
        var statement = $"SELECT {Column(question.Field.Name, "count")} FROM {policies.From(span.Level, question.Sector)} WHERE {Conditions.Series} AND {Conditions.Range} LIMIT 1";
        if (await FirstAsync(statement, span.Level.Measurement(question.Sector), Parameters(Conditions.Of(question), span.From, span.To), cancellationToken)
            .ConfigureAwait(false) is not { } oldest) return false;
        var field = InfluxIdentifier.Quote(question.Field.Name);
        statement = $"SELECT count({field}) FROM {query.From(question.Sector)} WHERE {Conditions.Series} AND {Conditions.Range}";
        var hour = Parameters(Conditions.Of(question), oldest.Time, oldest.Time + RollupLevel.HourMs);
        return await FirstAsync(statement, question.Sector, hour, cancellationToken).ConfigureAwait(false) is not { } left || left.Value < oldest.Value;
    }

    /// <summary>Whether a span has rows throughout: those of minutes are left out where they would be more than the readings.</summary>
    private async Task<bool> HasRowsAsync(
        RollupSpan span, string sector, string condition, Dictionary<string, object> parameters, CancellationToken cancellationToken)
    {
        if (span.Level == RollupLevel.Hour) return true;
        var statement = $"SELECT min(\"minutes\") FROM {policies.From(RollupLevel.Hour, sector)} WHERE {condition} AND {Conditions.Range}";
        var hours = Parameters(parameters, RollupLevel.Hour.Floor(span.From), span.To);
        return await FirstAsync(statement, RollupLevel.Hour.Measurement(sector), hours, cancellationToken).ConfigureAwait(false) is { Value: > 0 };
    }

    private async Task<(long Time, double Value)?> FirstAsync(
        string statement, string measurement, Dictionary<string, object> parameters, CancellationToken cancellationToken)
    {
        using var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);
        foreach (var row in InfluxAnswer.SeriesIn(answer.RootElement, measurement, query.Description).SelectMany(InfluxAnswer.RowsOf)) return (row[0].GetInt64(), row[1].GetDouble());
        return null;
    }

    /// <summary>A bucket on the border of two parts is put together from both.</summary>
    private static void Add(SortedDictionary<long, SeriesPoint> buckets, IReadOnlyList<SeriesPoint> points)
    {
        foreach (var point in points)
        {
            buckets[point.Time] = buckets.TryGetValue(point.Time, out var part) ? part.And(point) : point;
        }
    }

    private static string Column(string field, string kind) => InfluxIdentifier.Quote($"{field}_{kind}");

    private static Dictionary<string, object> Parameters(Dictionary<string, object> others, long from, long to) => new(others)
    {
        ["from"] = from * NanosecondsPerMs,
        ["to"] = to * NanosecondsPerMs,
    };

    /// <summary>Parts of a statement's WHERE.</summary>
    private static class Conditions
    {
        public const string Series = "\"device\" = $device AND \"channel\" = $channel";
        public const string Range = "time >= $from AND time < $to";

        public static Dictionary<string, object> Of(SeriesQuestion question) => new()
        {
            ["device"] = Telemetry.DeviceId.Format(question.Device),
            ["channel"] = question.Channel.ToString(CultureInfo.InvariantCulture),
        };
    }
}
