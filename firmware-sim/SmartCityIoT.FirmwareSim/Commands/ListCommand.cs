using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.FirmwareSim.Commands;

/// <summary><c>list</c>: prints the devices, one JSON object a line, in the form in which the platform's API takes a new device.</summary>
internal static partial class ListCommand
{
    public static Command Create()
    {
        var command = new Command(
            "list",
            """
            Prints the district's devices as JSON lines, to provision them:

              {"id":"0a73696d10000001","name":"…","sector":"traffic","model":"…","site":{…},"interval":10}

            Each line is a body for the platform's POST /api/v1/devices, whose answer holds the device's secret once.
            """);
        var district = new DistrictArguments();
        district.AddTo(command);
        command.SetAction(parsed =>
        {
            try
            {
                var output = parsed.InvocationConfiguration.Output;
                foreach (var device in district.Build(parsed).Devices)
                {
                    var site = new SiteLine(device.Site.Code, device.Site.Name, device.Site.Latitude, device.Site.Longitude, device.AreaCode, Simulated: true);
                    var line = new DeviceLine(DeviceId.Format(device.Id), device.Name, device.Sector, device.Model.Code, site, device.IntervalSeconds);
                    output.WriteLine(JsonSerializer.Serialize(line, LineJson.Readable.DeviceLine));
                }

                return 0;
            }
            catch (InvalidDataException exception)
            {
                parsed.InvocationConfiguration.Error.WriteLine(exception.Message);
                return 1;
            }
        });
        return command;
    }

    private sealed record DeviceLine(string Id, string Name, string Sector, string Model, SiteLine Site, int Interval);

    private sealed record SiteLine(string Code, string Name, double Latitude, double Longitude, string Area, bool Simulated);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(DeviceLine))]
    private sealed partial class LineJson : JsonSerializerContext
    {
        /// <summary>Names stay readable: Vietnamese letters are not escaped.</summary>
        public static LineJson Readable { get; } = new(new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
    }
}
