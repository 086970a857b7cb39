using System.CommandLine;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Server.Devices;

/// <summary>Options of <c>smartcity device add</c>. The registry checks their values; here only the id becomes a number.</summary>
internal sealed class DeviceAddOptions
{
    private readonly Option<string> id = new("--id") { Description = "EUI-64 as 16 hex digits", Required = true, HelpName = "HEX" };
    private readonly Option<string> name = new("--name") { Description = "What people call it", Required = true, HelpName = "TEXT" };
    private readonly Option<string> sector = new("--sector") { Description = "Name of its sector", Required = true, HelpName = "NAME" };
    private readonly Option<string?> model = new("--model") { Description = "Code of its model; a new one is created", HelpName = "CODE" };
    private readonly Option<string?> site = new("--site") { Description = "Code of the site where it stands", HelpName = "CODE" };
    private readonly Option<string?> siteName = new("--site-name") { Description = "Name of a new site (default: its code)", HelpName = "TEXT" };
    private readonly Option<string?> area = new("--area") { Description = "Code of a new site's area", HelpName = "CODE" };
    private readonly Option<double?> latitude = new("--latitude") { Description = "Latitude of a new site in degrees, WGS 84", HelpName = "DEGREES" };
    private readonly Option<double?> longitude = new("--longitude") { Description = "Longitude of a new site in degrees, WGS 84", HelpName = "DEGREES" };
    private readonly Option<int?> interval = new("--interval") { Description = "Reporting interval in seconds (default: the model's)", HelpName = "SECONDS" };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object instead of text" };

    public void AddTo(Command command)
    {
        Option[] all = [id, name, sector, model, site, siteName, area, latitude, longitude, interval, json];
        foreach (var option in all) command.Add(option);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(json);

    /// <exception cref="DeviceInputException">The id is not 16 hex digits, or something of a site is given without its code.</exception>
    public NewDevice Read(ParseResult parsed)
    {
        var device = RegistryCommand.Device("id", parsed.GetValue(id));
        return new NewDevice(device, parsed.GetValue(name) ?? "", parsed.GetValue(sector) ?? "", parsed.GetValue(model))
        {
            Site = Site(parsed),
            IntervalSeconds = parsed.GetValue(interval),
        };
    }

    private NewSite? Site(ParseResult parsed)
    {
        var place = (Name: parsed.GetValue(siteName), Area: parsed.GetValue(area), Latitude: parsed.GetValue(latitude), Longitude: parsed.GetValue(longitude));
        if (parsed.GetValue(site) is { } code) return new NewSite(code, place.Name, place.Latitude, place.Longitude, place.Area);
        if (place == default) return null;
        throw new DeviceInputException("site", "--site is missing: name, area and position belong to a site");
    }
}
