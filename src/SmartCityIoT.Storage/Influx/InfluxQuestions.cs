using System.Globalization;
using System.Text.Json;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Influx;

/// <summary>History questions in InfluxQL. Names come from the sector packs and are quoted; values are bound as parameters.</summary>
internal sealed class InfluxQuestions(InfluxQuery query)
{
    /// <summary>Devices named in one statement. A regular expression of this many ids is still cheap for the server to match.</summary>
    public const int DevicesPerStatement = 500;

    private const long NanosecondsPerMs = 1_000_000;

    private const string OfSeries = "\"device\" = $device AND \"channel\" = $channel";
    private const string InRange = "time >= $from AND time < $to";

    /// <summary>Answers from rollups where they are complete; null where there are none.</summary>
    public RollupAnswers? Rollups { get; set; }

    public async Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken)
    {
        var field = InfluxIdentifier.Quote(question.Field.Name);
        var from = query.From(question.Sector);
        var parameters = Range(question.From, question.To);
        parameters["device"] = DeviceId.Format(question.Device);
        parameters["channel"] = question.Channel.ToString(CultureInfo.InvariantCulture);

        // A condition that every value meets: it leaves out the readings that do not have the field, whose quality is not this field's.
        parameters["least"] = double.MinValue;

        // One value more than fits tells that there are too many, without counting them first.
        var limit = (question.Points + 1L).ToString(CultureInfo.InvariantCulture);
        var raw = new List<SeriesPoint>();
        var statement = $"SELECT {field}, \"quality\" FROM {from} WHERE {OfSeries} AND {InRange} AND {field} >= $least LIMIT {limit}";
        using (var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in Rows(answer, question.Sector))
            {
                var value = row[1].GetDouble();
                raw.Add(new SeriesPoint(row[0].GetInt64(), value, value, value, 1, QualityOf(row[2])));
            }
        }

        var width = BucketInterval.For(question.From, question.To, question.Points);
        var fits = raw.Count <= question.Points;
        var chosen = Rollups is null ? fits ? null : width : await Rollups.WidthAsync(question, width, fits, cancellationToken).ConfigureAwait(false);
        if (chosen is not { } interval) return new SeriesAnswer(0, raw);
        var points = Rollups is null
            ? await ReadingsAsync(question.From, question.To).ConfigureAwait(false)
            : await Rollups.SeriesAsync(question, interval, ReadingsAsync, cancellationToken).ConfigureAwait(false);
        return new SeriesAnswer(interval, await WithQualityAsync(points, field, question.Sector, interval, parameters, cancellationToken).ConfigureAwait(false));

        Task<IReadOnlyList<SeriesPoint>> ReadingsAsync(long start, long end) =>
            BucketsAsync(question.Sector, field, OfSeries, WithRange(parameters, start, end), interval, cancellationToken);
    }

    public async Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken)
    {
        question.Check();
        if (question.Devices.Count == 0) return new AggregateAnswer([]);
        var field = InfluxIdentifier.Quote(question.Field.Name);
        if (question.Aggregate.Kind == AggregateKind.Percentile) return await PercentilesAsync(question, field, cancellationToken).ConfigureAwait(false);
        var buckets = new SortedDictionary<long, SeriesPoint>();
        foreach (var devices in question.Devices.Distinct().Chunk(DevicesPerStatement))
        {
            var condition = Among(devices);
            var points = Rollups is null
                ? await ReadingsAsync(question.From, question.To).ConfigureAwait(false)
                : await Rollups.AggregateAsync(question, devices, condition, ReadingsAsync, cancellationToken).ConfigureAwait(false);
            foreach (var point in points) buckets[point.Time] = buckets.TryGetValue(point.Time, out var part) ? part.And(point) : point;

            Task<IReadOnlyList<SeriesPoint>> ReadingsAsync(long start, long end) =>
                BucketsAsync(question.Sector, field, condition, Range(start, end), question.IntervalMs, cancellationToken);
        }

        return new AggregateAnswer([.. buckets.Values.Select(point => new AggregatePoint(point.Time, FigureOf(point), point.Count))]);

        double FigureOf(SeriesPoint point) => question.Aggregate.Kind switch
        {
            AggregateKind.Minimum => point.Min,
            AggregateKind.Maximum => point.Max,
            AggregateKind.Sum => point.Mean * point.Count,
            _ => point.Mean,
        };
    }

    public async Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken)
    {
        // Every line has the number of its frame.
        var statement = $"SELECT count(\"seq\") FROM {query.From(question.Sector)} WHERE {InRange} GROUP BY \"device\"";
        using var answer = await query.AskAsync(statement, Range(question.From, question.To), "ms", cancellationToken).ConfigureAwait(false);
        var counts = new List<DeviceCount>();
        foreach (var series in InfluxAnswer.SeriesIn(answer.RootElement, question.Sector, query.Description))
        {
            // What another program wrote into the measurement is not ours to count.
            if (!DeviceId.TryParse(series.GetProperty("tags").GetProperty("device").GetString(), out var device)) continue;
            counts.Add(new DeviceCount(device, InfluxAnswer.RowsOf(series).Sum(row => row[1].GetInt64())));
        }

        return [.. counts.OrderBy(count => count.Device)];
    }

    /// <summary>One statement over all devices, however many: the figures of two cannot be made one percentile, and rollups have none.</summary>
    private async Task<AggregateAnswer> PercentilesAsync(AggregateQuestion question, string field, CancellationToken cancellationToken)
    {
        var parameters = Range(question.From, question.To);
        parameters["rank"] = question.Aggregate.Rank;
        var statement = $"SELECT percentile({field}, $rank), count({field}), min({field}) FROM {query.From(question.Sector)} "
            + $"WHERE {Among(question.Devices.Distinct())} AND {InRange} {GroupBy(question.IntervalMs)}";
        using var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);
        return new AggregateAnswer([.. Rows(answer, question.Sector).Select(row => new AggregatePoint(
            row[0].GetInt64(), (row[1].ValueKind == JsonValueKind.Number ? row[1] : row[3]).GetDouble(), row[2].GetInt64()))]);
    }

    private async Task<IReadOnlyList<SeriesPoint>> BucketsAsync(
        string sector, string field, string condition, Dictionary<string, object> parameters, long interval, CancellationToken cancellationToken)
    {
        var statement = $"SELECT min({field}), mean({field}), max({field}), count({field}) FROM {query.From(sector)} WHERE {condition} AND {InRange} {GroupBy(interval)}";
        using var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);
        return [.. Rows(answer, sector).Select(row => new SeriesPoint(
            row[0].GetInt64(), row[1].GetDouble(), row[2].GetDouble(), row[3].GetDouble(), row[4].GetInt64()))];
    }

    /// <summary>Adds the quality of the readings that are still there. InfluxQL has no function that ORs, but it can list the values of a bucket that differ.</summary>
    private async Task<IReadOnlyList<SeriesPoint>> WithQualityAsync(
        IReadOnlyList<SeriesPoint> points, string field, string sector, long interval, Dictionary<string, object> parameters, CancellationToken cancellationToken)
    {
        var statement = $"SELECT distinct(\"quality\") FROM {query.From(sector)} WHERE {OfSeries} AND {InRange} AND {field} >= $least AND \"quality\" > 0 {GroupBy(interval)}";
        using var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);
        var qualities = new Dictionary<long, Quality>();
        foreach (var row in Rows(answer, sector))
        {
            var start = row[0].GetInt64();
            qualities[start] = qualities.GetValueOrDefault(start) | QualityOf(row[1]);
        }

        return qualities.Count == 0 ? points : [.. points.Select(point => point with { Quality = qualities.GetValueOrDefault(point.Time) })];
    }

    private IEnumerable<JsonElement> Rows(JsonDocument answer, string measurement) =>
        InfluxAnswer.SeriesIn(answer.RootElement, measurement, query.Description).SelectMany(InfluxAnswer.RowsOf);

    private static Quality QualityOf(JsonElement value) => value.ValueKind == JsonValueKind.Number ? (Quality)value.GetInt64() : Quality.Good;

    /// <summary>The ids are our own hexadecimal digits: nothing in them means anything to a regular expression.</summary>
    private static string Among(IEnumerable<ulong> devices) => $"\"device\" =~ /^({string.Join('|', devices.Select(DeviceId.Format))})$/";

    private static string GroupBy(long interval) => string.Create(CultureInfo.InvariantCulture, $"GROUP BY time({interval}ms) fill(none)");

    /// <summary>Ends of a range in nanoseconds, the unit that a bare number has in InfluxQL, held within what it can say.</summary>
    private static Dictionary<string, object> Range(long from, long to) => WithRange([], from, to);

    private static Dictionary<string, object> WithRange(Dictionary<string, object> others, long from, long to) => new(others)
    {
        ["from"] = Nanoseconds(from),
        ["to"] = Nanoseconds(to),
    };

    private static long Nanoseconds(long ms) =>
        Math.Clamp(ms, long.MinValue / NanosecondsPerMs + 1, long.MaxValue / NanosecondsPerMs - 1) * NanosecondsPerMs;
}
