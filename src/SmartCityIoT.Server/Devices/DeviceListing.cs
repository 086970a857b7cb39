using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
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
            foreach (var device in devices) output.WriteLine(Json(device, given: null));
            return;
        }

        TextTable.Write(output, Columns, devices.Select(Row));
    }

    public static void WriteAdded(TextWriter output, DeviceEntry device, ProvisionedDevice given, bool json)
    {
        if (json)
        {
            output.WriteLine(Json(device, given));
            return;
        }

        output.WriteLine($"Provisioned {DeviceId.Format(device.Id)} {device.Name}");
        output.WriteLine($"MQTT user name: {DeviceId.Format(device.Id)}");
        output.WriteLine($"MQTT password:  {given.Secret}");
        output.WriteLine($"Command key:    {given.CommandKey}");
        output.WriteLine("The password is shown this once; only its hash is kept. The key lets the device know a command for the platform's.");
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

    private static string State(Lifecycle lifecycle) => JsonNamingPolicy.CamelCase.ConvertName(lifecycle.ToString());

    private static string Json(DeviceEntry device, ProvisionedDevice? given)
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
            if (given is not null)
            {
                json.WriteNumber("credential", given.Credential);
                json.WriteString("secret", given.Secret);
                json.WriteString("commandKey", given.CommandKey);
            }

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
