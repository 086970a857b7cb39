using System.ComponentModel;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>Filters of the device list.</summary>
public sealed record DeviceListQuery(
    [property: Description("Code of an area; areas inside it and former units that it took in are meant as well.")] string? Area,
    [property: Description("Name of a sector: traffic, water, lighting, …")] string? Sector,
    [property: Description("planned, inService, silent, faulty or retired.")] string? State,
    [property: Description("Words that id, name or site must contain, whatever the accents.")] string? Q,
    [property: Description("Items on a page, 1 to 10,000. Default 200.")] string? Limit,
    [property: Description("Cursor: \"next\" of the page before.")] string? After);

/// <summary>A device to be created.</summary>
public sealed record NewDeviceBody(
    [property: Description("EUI-64 as 16 hex digits.")] string? Id,
    string? Name,
    [property: Description("Name of a sector: traffic, water, lighting, …")] string? Sector,
    [property: Description("Code of the model; an unknown one is created.")] string? Model,
    NewSiteBody? Site,
    [property: Description("Reporting interval in seconds. Default the model's.")] int? Interval);

/// <summary>Where a new device stands: a known site by its code, or a new one with its position.</summary>
public sealed record NewSiteBody(
    string? Code,
    string? Name,
    double? Latitude,
    double? Longitude,
    string? Area,
    [property: Description("The position is made up. Default false.")] bool? Simulated);
