using System.Text.Json;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Brings the buckets of several statements, which name different devices, together.</summary>
internal sealed class InfluxAggregate(Aggregate aggregate)
{
    private readonly SortedDictionary<long, (double Value, long Count)> buckets = [];

    /// <summary>What is selected: the figure, the number of values, and for a percentile the minimum that stands for its place 0.</summary>
    public static string Select(AggregateKind kind, string field) => kind switch
    {
        AggregateKind.Mean => $"mean({field}), count({field})",
        AggregateKind.Minimum => $"min({field}), count({field})",
        AggregateKind.Maximum => $"max({field}), count({field})",
        AggregateKind.Sum => $"sum({field}), count({field})",
        _ => $"percentile({field}, $rank), count({field}), min({field})",
    };

    public void Add(JsonElement row)
    {
        var start = row[0].GetInt64();
        var count = row[2].GetInt64();
        var figure = row[1].ValueKind == JsonValueKind.Number ? row[1].GetDouble() : row[3].GetDouble();
        var isKnown = buckets.TryGetValue(start, out var known);
        buckets[start] = (isKnown ? Together(known, (figure, count)) : figure, known.Count + count);
    }

    public IReadOnlyList<AggregatePoint> Points() =>
        [.. buckets.Select(bucket => new AggregatePoint(bucket.Key, bucket.Value.Value, bucket.Value.Count))];

    private double Together((double Value, long Count) a, (double Value, long Count) b) => aggregate.Kind switch
    {
        AggregateKind.Mean => ((a.Value * a.Count) + (b.Value * b.Count)) / (a.Count + b.Count),
        AggregateKind.Minimum => Math.Min(a.Value, b.Value),
        AggregateKind.Maximum => Math.Max(a.Value, b.Value),
        AggregateKind.Sum => a.Value + b.Value,
        _ => throw new InvalidOperationException("A percentile has one statement."),
    };
}
