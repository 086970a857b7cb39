using System.Globalization;
using System.Text;

namespace SmartCityIoT.Server.Devices;

/// <summary>Rows of text in columns that line up on a terminal.</summary>
internal static class TextTable
{
    private const int Gap = 2;

    public static void Write(TextWriter output, string[] columns, IEnumerable<string[]> rows)
    {
        string[][] all = [columns, .. rows];
        var widths = Enumerable.Range(0, columns.Length).Select(column => all.Max(row => Width(row[column]))).ToArray();
        foreach (var row in all)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
            {
                line.Append(row[column]).Append(' ', widths[column] - Width(row[column]) + Gap);
            }

            output.WriteLine(line.ToString().TrimEnd());
        }
    }

    /// <summary>Columns of a terminal that the text takes: a letter with its marks takes one.</summary>
    private static int Width(string text) => new StringInfo(text).LengthInTextElements;
}
