using System.Globalization;
using System.Text;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Turns rows into lines of line protocol, with the tags of the readings:
/// <code>
/// water_1h,area=24118,channel=0,device=70b3d57ed0001002,site=W1 flow_count=60i,flow_min=0.120,flow_max=84.213,flow_last=3.000,flow_sum=1804.377,volume_diff=12i,minutes=60i 1796083200000000
/// </code>
/// Each row of an hour says with <c>minutes</c> how many rows of minutes the series has for it; 0 = the readings are as good.
/// Counts and differences of whole numbers are integers, as are the others of a field without decimal places; a sum is always a decimal, since a row may
/// hold more than an integer of InfluxDB can.
/// </summary>
internal sealed class RollupLines(string sector, IReadOnlyList<RollupField> fields)
{
    private readonly string[] names = [.. fields.Select(field => LineEscaping.Name(field.Name))];

    /// <param name="minutesOf">How many rows of minutes are written for an hour's row; null for rows of minutes.</param>
    public void Append(LineBuffer buffer, RollupLevel level, SeriesId series, IEnumerable<RollupRow> rows, Func<RollupRow, int>? minutesOf = null)
    {
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.Clear();
            AppendPrefix(text, level, series, row.Tags);
            var start = text.Length;
            for (var place = 0; place < fields.Count; place++) AppendField(text, place, row.Fields[place]);
            if (text.Length == start) continue;
            if (minutesOf is not null) text.Append(CultureInfo.InvariantCulture, $"minutes={minutesOf(row)}i,");
            text[^1] = ' ';
            text.Append(CultureInfo.InvariantCulture, $"{row.Start * 1000}\n");
            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            bytes.CopyTo(buffer.Reserve(bytes.Length));
            buffer.Commit(bytes.Length, series.Device, 0, 0);
        }
    }

    private void AppendPrefix(StringBuilder text, RollupLevel level, SeriesId series, SeriesTags tags)
    {
        text.Append(LineEscaping.Measurement(level.Measurement(sector)));
        AppendTag(text, "area", tags.Area);
        AppendTag(text, "channel", series.Channel.ToString(CultureInfo.InvariantCulture));
        AppendTag(text, "device", DeviceId.Format(series.Device));
        AppendTag(text, "model", tags.Model);
        AppendTag(text, "site", tags.Site);
        text.Append(' ');
    }

    private static void AppendTag(StringBuilder text, string name, string value)
    {
        if (value.Length > 0) text.Append(',').Append(name).Append('=').Append(LineEscaping.Name(value));
    }

    private void AppendField(StringBuilder text, int place, in FieldRollup field)
    {
        if (field.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"{names[place]}_count={field.Count}i,");
        AppendValue(text, place, "min", field.Minimum);
        AppendValue(text, place, "max", field.Maximum);
        AppendValue(text, place, "last", field.Last);
        text.Append(names[place]).Append("_sum=");
        AppendDecimal(text, field.Sum, Math.Max(1, fields[place].Digits), fields[place].Digits == 0);
        text.Append(',');
        if (field.Difference is { } difference) AppendValue(text, place, "diff", difference);
    }

    private void AppendValue(StringBuilder text, int place, string kind, Int128 value)
    {
        text.Append(names[place]).Append('_').Append(kind).Append('=');
        if (fields[place].Digits > 0)
        {
            AppendDecimal(text, value, fields[place].Digits, isWhole: false);
        }
        else
        {
            // Only the difference of a counter that was reset again and again within the hour can be more than an integer holds.
            text.Append(Int128.Min(value, long.MaxValue).ToString(CultureInfo.InvariantCulture)).Append('i');
        }

        text.Append(',');
    }

    private static void AppendDecimal(StringBuilder text, Int128 value, int digits, bool isWhole)
    {
        var number = Int128.Abs(value).ToString(CultureInfo.InvariantCulture);
        if (isWhole) number += "0";
        number = number.PadLeft(digits + 1, '0');
        if (value < 0) text.Append('-');
        text.Append(number.AsSpan(0, number.Length - digits)).Append('.').Append(number.AsSpan(number.Length - digits));
    }
}
