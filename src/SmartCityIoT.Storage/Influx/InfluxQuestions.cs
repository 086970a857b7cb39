using System.Globalization;
using System.Text.Json;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Influx;

/// <summary>History questions in InfluxQL. Names come from the sector packs and are quoted; values are bound as parameters.</summary>
internal sealed class InfluxQuestions(InfluxQuery query)
{
    /// <summary>Devices named in one statement. A regular expression of this many ids is still cheap for the server to match.</summary>
    public const int DevicesPerStatement = 500;

    private const long NanosecondsPerMs = 1_000_000;

    public async Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken)
    {
        var field = InfluxIdentifier.Quote(question.Field.Name);
        var from = query.From(question.Sector);
        const string Where = "WHERE \"device\" = $device AND \"channel\" = $channel AND time >= $from AND time < $to";
        var parameters = Range(question.From, question.To);
        parameters["device"] = DeviceId.Format(question.Device);
        parameters["channel"] = question.Channel.ToString(CultureInfo.InvariantCulture);

        // A condition that every value meets: it leaves out the readings that do not have the field, whose quality is not this field's.
        parameters["least"] = double.MinValue;
        var measured = $"{Where} AND {field} >= $least";

        // One value more than fits tells that there are too many, without counting them first.
        var limit = (question.Points + 1L).ToString(CultureInfo.InvariantCulture);
        var raw = new List<SeriesPoint>();
        var statement = $"SELECT {field}, \"quality\" FROM {from} {measured} LIMIT {limit}";
        using (var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in Rows(answer, question.Sector))
            {
                var value = row[1].GetDouble();
                raw.Add(new SeriesPoint(row[0].GetInt64(), value, value, value, 1, QualityOf(row[2])));
            }
        }

        if (raw.Count <= question.Points) return new SeriesAnswer(0, raw);

        var interval = BucketInterval.For(question.From, question.To, question.Points);
        var grouped = $"GROUP BY time({Milliseconds(interval)}) fill(none)";
        statement = $"SELECT min({field}), mean({field}), max({field}), count({field}) FROM {from} {Where} {grouped}";
        using var buckets = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);

        // InfluxQL has no function that ORs, but it can list the values of a bucket that differ.
        statement = $"SELECT distinct(\"quality\") FROM {from} {measured} {grouped}";
        using var qualities = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);
        var qualityOf = new Dictionary<long, Quality>();
        foreach (var row in Rows(qualities, question.Sector))
        {
            var start = row[0].GetInt64();
            qualityOf[start] = qualityOf.GetValueOrDefault(start) | QualityOf(row[1]);
        }

        return new SeriesAnswer(
            interval,
            [.. Rows(buckets, question.Sector).Select(row => new SeriesPoint(
                row[0].GetInt64(),
                row[1].GetDouble(),
                row[2].GetDouble(),
                row[3].GetDouble(),
                row[4].GetInt64(),
                qualityOf.GetValueOrDefault(row[0].GetInt64())))]);
    }

    public async Task<AggregateAnswer> AggregateAsync(AggregateQuestion question, CancellationToken cancellationToken)
    {
        question.Check();
        var parts = new InfluxAggregate(question.Aggregate);
        var field = InfluxIdentifier.Quote(question.Field.Name);
        var parameters = Range(question.From, question.To);
        parameters["rank"] = question.Aggregate.Rank;

        // The figures of two statements cannot be made one percentile.
        var size = question.Aggregate.Kind == AggregateKind.Percentile ? int.MaxValue : DevicesPerStatement;
        foreach (var devices in question.Devices.Distinct().Chunk(size))
        {
            // The ids are our own hexadecimal digits: nothing in them means anything to a regular expression.
            var ids = string.Join('|', devices.Select(DeviceId.Format));
            var statement = $"SELECT {InfluxAggregate.Select(question.Aggregate.Kind, field)} FROM {query.From(question.Sector)} "
                + $"WHERE \"device\" =~ /^({ids})$/ AND time >= $from AND time < $to GROUP BY time({Milliseconds(question.IntervalMs)}) fill(none)";
            using var answer = await query.AskAsync(statement, parameters, "ms", cancellationToken).ConfigureAwait(false);
            foreach (var row in Rows(answer, question.Sector)) parts.Add(row);
        }

        return new AggregateAnswer(parts.Points());
    }

    public async Task<IReadOnlyList<DeviceCount>> CountsAsync(CountsQuestion question, CancellationToken cancellationToken)
    {
        // Every line has the number of its frame.
        var statement = $"SELECT count(\"seq\") FROM {query.From(question.Sector)} WHERE time >= $from AND time < $to GROUP BY \"device\"";
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

    private static Quality QualityOf(JsonElement value) => value.ValueKind == JsonValueKind.Number ? (Quality)value.GetInt64() : Quality.Good;

    private IEnumerable<JsonElement> Rows(JsonDocument answer, string measurement) =>
        InfluxAnswer.SeriesIn(answer.RootElement, measurement, query.Description).SelectMany(InfluxAnswer.RowsOf);

    /// <summary>Ends of a range in nanoseconds, the unit that a bare number has in InfluxQL, held within what it can say.</summary>
    private static Dictionary<string, object> Range(long from, long to) => new()
    {
        ["from"] = Nanoseconds(from),
        ["to"] = Nanoseconds(to),
    };

    private static long Nanoseconds(long ms) =>
        Math.Clamp(ms, long.MinValue / NanosecondsPerMs + 1, long.MaxValue / NanosecondsPerMs - 1) * NanosecondsPerMs;

    private static string Milliseconds(long interval) => interval.ToString(CultureInfo.InvariantCulture) + "ms";
}
