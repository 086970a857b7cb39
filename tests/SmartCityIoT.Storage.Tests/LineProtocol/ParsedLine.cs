using System.Globalization;

namespace SmartCityIoT.Storage.Tests.LineProtocol;

/// <summary>
/// A line of line protocol taken apart after InfluxDB's rules, by other code than the encoder's: outside quotes a backslash in front of a comma,
/// an equals sign or a space stands for that character, and every other backslash for itself.
/// </summary>
internal sealed record ParsedLine(
    string Measurement, IReadOnlyDictionary<string, string> Tags, IReadOnlyDictionary<string, string> Fields, long Time)
{
    public static ParsedLine Parse(string line)
    {
        var key = Split(line, ' ', hasQuotes: false)[0];
        var behindKey = Split(line[(key.Length + 1)..], ' ', hasQuotes: true);
        Assert.Equal(2, behindKey.Count);
        var names = Split(key, ',', hasQuotes: false);
        return new ParsedLine(
            Unescape(names[0]),
            names.Skip(1).Select(tag => Split(tag, '=', hasQuotes: false)).ToDictionary(tag => Unescape(tag[0]), tag => Unescape(tag[1])),
            Split(behindKey[0], ',', hasQuotes: true).Select(field => Split(field, '=', hasQuotes: true)).ToDictionary(field => Unescape(field[0]), field => field[1]),
            long.Parse(behindKey[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Cuts at a separator that is neither escaped nor in quotes; in measurement and tags a quotation mark is a character like any other.</summary>
    private static List<string> Split(string text, char separator, bool hasQuotes)
    {
        var parts = new List<string> { "" };
        var isQuoted = false;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length && (isQuoted ? "\"\\" : ",= ").Contains(text[at + 1]))
            {
                parts[^1] += text[at++];
            }
            else if (text[at] == '"' && hasQuotes)
            {
                isQuoted = !isQuoted;
            }
            else if (text[at] == separator && !isQuoted)
            {
                parts.Add("");
                continue;
            }

            parts[^1] += text[at];
        }

        return parts;
    }

    private static string Unescape(string text) =>
        text.Replace("\\,", ",", StringComparison.Ordinal).Replace("\\=", "=", StringComparison.Ordinal).Replace("\\ ", " ", StringComparison.Ordinal);
}
