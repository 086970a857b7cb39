using System.Globalization;
using System.Numerics;
using System.Text;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Storage.Export;

/// <summary>Writes readings as rows of CSV (RFC 4180): physical values with exactly the digits of their field, nothing for one that was not measured.</summary>
internal sealed class CsvRow(ExportColumns columns)
{
    private readonly StringBuilder text = new();
    private readonly string?[] values = new string?[columns.Fields];

    public string Header => string.Join(',', columns.Headers.Select(Quoted)) + "\r\n";

    public string Of(StoredPoint point)
    {
        Array.Clear(values);
        Span<byte> number = stackalloc byte[DecimalText.MaxLength];
        for (var left = point.Presence; left != 0; left &= left - 1)
        {
            var bit = BitOperations.TrailingZeroCount(left);
            if (point.Schema.FieldAt(bit) is not { } field) continue;
            var length = DecimalText.Write(number, point.Raw[bit], field.Scale.Multiplier, field.Scale.Digits);
            values[columns.PlaceOf(point.Schema.SectorName, field.Name)] = Encoding.ASCII.GetString(number[..length]);
        }

        var origin = point.Origin;
        text.Clear().Append(Time(origin.TimeMicroseconds)).Append(',').Append(DeviceId.Format(origin.Device)).Append(CultureInfo.InvariantCulture, $",{point.Channel},");
        text.Append(Quoted(point.Schema.SectorName)).Append(',').Append(Quoted(point.Tags.Site)).Append(',').Append(Quoted(point.Tags.Area)).Append(',').Append(Quoted(point.Tags.Model));
        foreach (var value in values) text.Append(',').Append(value);
        text.Append(',').Append(ExportNames.Of(origin.Quality)).Append(',').Append(ExportNames.Of(origin.Flags));
        return text.Append(CultureInfo.InvariantCulture, $",{origin.Boot},{origin.Sequence},{origin.Sample}\r\n").ToString();
    }

    private static string Time(long microseconds) =>
        DateTime.UnixEpoch.AddMicroseconds(microseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : '"' + value.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
}
