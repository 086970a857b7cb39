using System.Text;

namespace SmartCityIoT.Storage.LineProtocol;

/// <summary>
/// Names and texts as InfluxDB reads them. A backslash only escapes what must be escaped, and stands for itself everywhere else: a tag value
/// <c>a\b</c> travels as it is. What line protocol cannot carry at all becomes an underscore: control characters, which would end the line, and
/// backslashes at the end of a name or tag, which would swallow the separator behind it.
/// </summary>
internal static class LineEscaping
{
    /// <summary>
    /// Escapes a measurement: comma and space. InfluxDB takes a backslash away in front of a comma, an equals sign, a space, a quotation mark or another
    /// backslash there, escaped or not, so that such a one becomes an underscore.
    /// </summary>
    public static string Measurement(string name) => Escape(WithoutPairs(name), ", ");

    /// <summary>Escapes a tag key or tag value: comma, equals sign and space.</summary>
    public static string Name(string name) => Escape(name, ",= ");

    /// <summary>Escapes a field key: comma, equals sign and space; backslashes as in a measurement.</summary>
    public static string FieldKey(string name) => Escape(WithoutPairs(name), ",= ");

    /// <summary>Quotes a text value: the quotation mark and the backslash are escaped.</summary>
    public static string Text(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (var character in value)
        {
            if (character is '"' or '\\') text.Append('\\');
            text.Append(Printable(character));
        }

        return text.Append('"').ToString();
    }

    private static string Escape(string name, string special)
    {
        var kept = name.TrimEnd('\\').Length;
        var text = new StringBuilder(name.Length + 4);
        for (var at = 0; at < name.Length; at++)
        {
            var character = name[at];
            if (special.Contains(character)) text.Append('\\');
            text.Append(at < kept ? Printable(character) : '_');
        }

        return text.ToString();
    }

    private static string WithoutPairs(string name)
    {
        var text = name.ToCharArray();
        for (var at = 0; at + 1 < text.Length; at++)
        {
            if (text[at] == '\\' && text[at + 1] is (',' or '=' or ' ' or '"' or '\\')) text[at] = '_';
        }

        return new string(text);
    }

    private static char Printable(char character) => char.IsControl(character) ? '_' : character;
}
