using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Server.Devices;

/// <summary>Gateways as text: a table for people, a JSON object per line for programs, with the members of the API.</summary>
internal static class GatewayListing
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TextWriter output, IReadOnlyList<GatewayEntry> gateways, bool json)
    {
        if (json)
        {
            foreach (var gateway in gateways) output.WriteLine(Json(gateway));
            return;
        }

        TextTable.Write(
            output,
            ["NAME", "STATE", "DEVICES", "TEXT"],
            gateways.Select(gateway => new[]
            {
                gateway.Name,
                gateway.IsRetired ? "retired" : "inUse",
                gateway.Devices.Count.ToString(CultureInfo.InvariantCulture),
                gateway.Text.Normalize(),
            }));
    }

    public static void WriteDevices(TextWriter output, GatewayEntry gateway)
    {
        foreach (var device in gateway.Devices) output.WriteLine(DeviceId.Format(device));
    }

    private static string Json(GatewayEntry gateway) => JsonSerializer.Serialize(
        new
        {
            name = gateway.Name,
            text = gateway.Text,
            deviceCount = gateway.Devices.Count,
            createdAt = gateway.CreatedAt,
            retiredAt = gateway.RetiredAt,
        },
        Readable);
}
