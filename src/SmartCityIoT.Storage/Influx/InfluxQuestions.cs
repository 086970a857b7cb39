using System.Globalization;
using System.Text.Json;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Storage.Influx;

/// <summary>History questions in InfluxQL. Names come from the sector packs and are quoted; values are bound as parameters.</summary>
internal sealed class InfluxQuestions(InfluxQuery query)
{
    /// <summary>Devices named in one statement. A regular expression of this many ids is still cheap for the server to match.</summary>
    public const int DevicesPerStatement = 500;

    private const long NanosecondsPerMs = 1_000_000;

    /// <summary>Answers from rollups where they are complete; null where there are none.</summary>
    public RollupAnswers? Rollups { get; set; }

    public async Task<SeriesAnswer> SeriesAsync(SeriesQuestion question, CancellationToken cancellationToken)
    {
        var field = InfluxIdentifier.Quote(question.Field.Name);
        var from = query.From(question.Sector);
        const string Where = "WHERE \"device\" = $device AND \"channel\" = $channel AND time >= $from AND time < $to";
        var parameters = Range(question.From, question.To);
        parameters["device"] = DeviceId.Format(question.Device);
        parameters["channel"] = question.Channel.ToString(CultureInfo.InvariantCulture);

        // One value more than fits tells that there are too many, without counting them first.
        var limit = (question.Points + 1L).ToString(CultureInfo.InvariantCulture);
        var raw = new List<SeriesPoint>();
        using (var answer = await query.AskAsync($"SELECT {field} FROM {from} {Where} LIMIT {limit}", parameters, "ms", cancellationToken).ConfigureAwait(false))
        {
            foreach (var row in Rows(answer, question.Sector))
            {
                var value = row[1].GetDouble();
                raw.Add(new SeriesPoint(row[0].GetInt64(), value, value, value, 1));
            }
        }

        var interval = BucketInterval.For(question.From, question.To, question.Points);
        var fits = raw.Count <= question.Points;
        var width = Rollups is null ? fits ? null : interval : await Rollups.WidthAsync(question, interval, fits, cancellationToken).ConfigureAwait(false);
        if (width is not { } chosen) return new SeriesAnswer(0, raw);
        interval = chosen;
        return new SeriesAnswer(interval, Rollups is null
            ? await ReadingsAsync(question.From, question.To).ConfigureAwait(false)
            : await Rollups.SeriesAsync(question, interval, ReadingsAsync, cancellationToken).ConfigureAwait(false));

        async Task<IReadOnlyList<SeriesPoint>> ReadingsAsync(long start, long end)
        {
            var part = new Dictionary<string, object>(parameters) { ["from"] = Nanoseconds(start), ["to"] = Nanoseconds(end) };
            var statement = $"SELECT min({field}), mean({field}), max({field}), count({field}) FROM {from} {Where} GROUP BY time({Milliseconds(interval)}) fill(none)";
            using var buckets = await query.AskAsync(statement, part, "ms", cancellationToken).ConfigureAwait(false);
            return
            [
                .. Rows(buckets, question.Sector).Select(row => new SeriesPoint(
                    row[0].GetInt64(), row[1].GetDouble(), row[2].GetDouble(), row[3].GetDouble(), row[4].GetInt64())),
            ];
        }
    }

    public async Task<MeansAnswer> MeansAsync(MeansQuestion question, CancellationToken cancellationToken)
    {
        var field = InfluxIdentifier.Quote(question.Field.Name);
        var totals = new SortedDictionary<long, (double Sum, long Count)>();
        foreach (var devices in question.Devices.Distinct().Chunk(DevicesPerStatement))
        {
            // The ids are our own hexadecimal digits: nothing in them means anything to a regular expression.
            var condition = $"\"device\" =~ /^({string.Join('|', devices.Select(DeviceId.Format))})$/";
            var points = Rollups is null
                ? await ReadingsAsync(question.From, question.To).ConfigureAwait(false)
                : await Rollups.MeansAsync(question, devices, condition, ReadingsAsync, cancellationToken).ConfigureAwait(false);
            foreach (var point in points)
            {
                var total = totals.GetValueOrDefault(point.Time);
                totals[point.Time] = (total.Sum + (point.Mean * point.Count), total.Count + point.Count);
            }

            async Task<IReadOnlyList<SeriesPoint>> ReadingsAsync(long start, long end)
            {
                var statement = $"SELECT mean({field}), count({field}) FROM {query.From(question.Sector)} WHERE {condition} "
                    + $"AND time >= $from AND time < $to GROUP BY time({Milliseconds(question.IntervalMs)}) fill(none)";
                using var answer = await query.AskAsync(statement, Range(start, end), "ms", cancellationToken).ConfigureAwait(false);
                return [.. Rows(answer, question.Sector).Select(row => new SeriesPoint(row[0].GetInt64(), 0, row[1].GetDouble(), 0, row[2].GetInt64()))];
            }
        }

        return new MeansAnswer([.. totals.Select(total => new MeansPoint(total.Key, total.Value.Sum / total.Value.Count, total.Value.Count))]);
    }

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
