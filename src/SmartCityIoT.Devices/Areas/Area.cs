namespace SmartCityIoT.Devices.Areas;

/// <summary>An administrative unit, as a region pack brings it. Units end and are replaced; none is ever deleted.</summary>
/// <param name="Code">The unit's own code, for a Vietnamese ward its GSO code.</param>
/// <param name="Kind">What the unit is called where it stands: "phường", "xã", "tỉnh".</param>
/// <param name="Parent">Code of the unit that it is part of, or null.</param>
/// <param name="ValidFrom">Unix ms from which it exists, or null where that is not known.</param>
/// <param name="ValidTo">Unix ms from which it exists no more, or null while it stands.</param>
/// <param name="ReplacedBy">Code of the unit that took it in, or null.</param>
/// <param name="Latitude">Centre in degrees, WGS 84; null together with <paramref name="Longitude"/>.</param>
public sealed record Area(
    string Code,
    string Name,
    string Kind,
    string? Parent = null,
    long? ValidFrom = null,
    long? ValidTo = null,
    string? ReplacedBy = null,
    double? Latitude = null,
    double? Longitude = null);
