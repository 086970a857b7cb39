using System.Text.Json;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Reads InfluxQL's answers:
/// <code>{"results":[{"series":[{"name":"water","tags":{…},"columns":["time","flow"],"values":[[1796083200000,84.213]]}],"error":"…"}],"error":"…"}</code>
/// </summary>
internal static class InfluxAnswer
{
    /// <summary>The first error, of the whole request or of a statement, or null.</summary>
    public static string? ErrorIn(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return "the answer is not InfluxDB's";
        if (root.TryGetProperty("error", out var whole)) return whole.GetString();
        if (!root.TryGetProperty("results", out var results)) return "the answer is not InfluxDB's";
        foreach (var result in results.EnumerateArray())
        {
            if (result.TryGetProperty("error", out var error)) return error.GetString();
        }

        return null;
    }

    /// <summary>The series of the answer to a question about one measurement.</summary>
    /// <exception cref="StoreQuestionUnsupportedException">The answer is about something else: the server only pretends to understand.</exception>
    public static IEnumerable<JsonElement> SeriesIn(JsonElement root, string measurement, string store)
    {
        foreach (var result in root.GetProperty("results").EnumerateArray())
        {
            if (!result.TryGetProperty("series", out var series)) continue;
            foreach (var one in series.EnumerateArray())
            {
                // VictoriaMetrics answers every statement with a list of databases.
                if (one.GetProperty("name").GetString() != measurement) throw Unsupported(store);
                yield return one;
            }
        }
    }

    /// <summary>Rows of a series; none where the server sends an empty one.</summary>
    public static IEnumerable<JsonElement> RowsOf(JsonElement series) =>
        series.TryGetProperty("values", out var rows) ? rows.EnumerateArray() : Enumerable.Empty<JsonElement>();

    public static StoreQuestionUnsupportedException Unsupported(string store) =>
        new($"{store} takes telemetry but does not answer InfluxQL, so there is no history from it. Use InfluxDB or the embedded store for that.");
}
