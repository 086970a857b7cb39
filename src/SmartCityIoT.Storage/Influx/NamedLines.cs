using System.Text.Json;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Bad lines as InfluxDB 3 names them, counted from 1 within the request:
/// <code>
/// {"error":"partial write of line protocol occurred","data":[{"original_line":"…","line_number":2,"error_message":"…"}]}   the other lines are stored
/// {"error":"parsing failed for write_lp endpoint","data":{"original_line":"…","line_number":2,"error_message":"…"}}         no line is stored
/// </code>
/// </summary>
/// <param name="Lines">Places in the request, counted from 0, with the server's words on each; ascending.</param>
/// <param name="TookTheRest">Every other line is stored.</param>
internal readonly record struct NamedLines(IReadOnlyList<(int Line, string Reason)> Lines, bool TookTheRest)
{
    /// <summary>The hosted editions name no more than this, so a list as long as that may not be all.</summary>
    private const int MostNamed = 100;

    public static NamedLines None { get; } = new([], false);

    /// <summary>The lines of an answer; none where it is another server's, or is not understood in every part.</summary>
    /// <param name="reasonOf">Makes one line of the server's words.</param>
    public static NamedLines In(string body, Func<string, string> reasonOf)
    {
        if (!body.AsSpan().TrimStart().StartsWith("{")) return None;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (!document.RootElement.TryGetProperty("data", out var data)) return None;
            if (data.ValueKind == JsonValueKind.Object) return LineOf(data, reasonOf) is { } one ? new([one], false) : None;
            if (data.ValueKind != JsonValueKind.Array) return None;
            var lines = new SortedDictionary<int, string>();
            foreach (var entry in data.EnumerateArray())
            {
                if (LineOf(entry, reasonOf) is not { } named) return None;
                lines[named.Line] = named.Reason;
            }

            var isPartial = document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                && error.GetString()!.StartsWith("partial write", StringComparison.OrdinalIgnoreCase);
            return new([.. lines.Select(line => (line.Key, line.Value))], isPartial && lines.Count < MostNamed);
        }
        catch (JsonException)
        {
            // Cut off: the halves of the batch get answers that are whole.
            return None;
        }
    }

    private static (int Line, string Reason)? LineOf(JsonElement entry, Func<string, string> reasonOf)
    {
        if (entry.ValueKind != JsonValueKind.Object
            || !entry.TryGetProperty("line_number", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out var line) || line < 1
            || !entry.TryGetProperty("error_message", out var words) || words.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        return (line - 1, reasonOf(words.GetString()!));
    }
}
