namespace SmartCityIoT.Devices.Provisioning;

/// <summary>
/// A measuring point named while a device is placed. A known site needs its code alone; whatever else is given must agree
/// with what is known. A new site needs a position.
/// </summary>
/// <param name="Code">1 to 64 characters.</param>
/// <param name="Name">1 to 200 characters; null: the code.</param>
/// <param name="Latitude">Degrees, WGS 84, −90 to 90.</param>
/// <param name="Longitude">Degrees, WGS 84, −180 to 180.</param>
/// <param name="Area">Code of a known area, or null.</param>
/// <param name="IsSimulated">The position is made up.</param>
public sealed record NewSite(
    string Code,
    string? Name = null,
    double? Latitude = null,
    double? Longitude = null,
    string? Area = null,
    bool IsSimulated = false);
