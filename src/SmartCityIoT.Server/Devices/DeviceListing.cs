using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Server.Devices;

/// <summary>Devices as text: a table for people, a JSON object per line for programs, with the members of the API.</summary>
internal static class DeviceListing
{
    private static readonly string[] Columns = ["ID", "NAME", "SECTOR", "MODEL", "STATE", "INTERVAL", "SITE", "AREA"];

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter output, IReadOnlyList<DeviceEntry> devices, bool json)
    {
        if (json)
        {
            foreach (var device in devices) output.WriteLine(Json(device, secret: null));
            return;
        }

        string[][] rows = [Columns, .. devices.Select(Row)];
        var widths = Enumerable.Range(0, Columns.Length).Select(column => rows.Max(row => Width(row[column]))).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
            {
                line.Append(row[column]).Append(' ', widths[column] - Width(row[column]) + 2);
            }

            output.WriteLine(line.ToString().TrimEnd());
        }
    }

    public static void WriteAdded(TextWriter output, DeviceEntry device, string secret, bool json)
    {
        if (json)
        {
            output.WriteLine(Json(device, secret));
            return;
        }

        output.WriteLine($"Provisioned {DeviceId.Format(device.Id)} {device.Name}");
        output.WriteLine($"MQTT user name: {DeviceId.Format(device.Id)}");
        output.WriteLine($"MQTT password:  {secret}");
        output.WriteLine("The password is shown this once; only its hash is kept.");
    }

    private static string[] Row(DeviceEntry device) =>
    [
        DeviceId.Format(device.Id),
        device.Name.Normalize(),
        device.Sector,
        device.Model,
        State(device.Lifecycle),
        device.IntervalSeconds.ToString(CultureInfo.InvariantCulture) + " s",
        device.Site?.Code ?? "",
        device.Area,
    ];

    /// <summary>Columns of a terminal that the text takes: a letter with its marks takes one.</summary>
    private static int Width(string text) => new StringInfo(text).LengthInTextElements;

    private static string State(Lifecycle lifecycle) => JsonNamingPolicy.CamelCase.ConvertName(lifecycle.ToString());

    private static string Json(DeviceEntry device, string? secret)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("id", DeviceId.Format(device.Id));
            json.WriteString("name", device.Name);
            json.WriteString("sector", device.Sector);
            json.WriteString("model", device.Model);
            json.WriteString("state", State(device.Lifecycle));
            json.WriteNumber("interval", device.IntervalSeconds);
            json.WriteString("area", device.Area);
            WriteSite(json, device.Site);
            if (secret is not null) json.WriteString("secret", secret);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteSite(Utf8JsonWriter json, DeviceSite? site)
    {
        if (site is null)
        {
            json.WriteNull("site");
            return;
        }

        json.WriteStartObject("site");
        json.WriteString("code", site.Code);
        json.WriteString("name", site.Name);
        json.WriteNumber("latitude", site.Latitude);
        json.WriteNumber("longitude", site.Longitude);
        json.WriteBoolean("simulated", site.IsSimulated);
        json.WriteEndObject();
    }
}
