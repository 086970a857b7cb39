namespace SmartCityIoT.Dashboard.Api.Region;

/// <summary>What screens need to know of the region: the program reads it from the region pack.</summary>
/// <param name="TimeZone">IANA name, for every time that is shown.</param>
/// <param name="Center">Where the map opens.</param>
/// <param name="Bounds">West, south, east, north in degrees.</param>
public sealed record RegionInfo(Label Name, string TimeZone, Position Center, IReadOnlyList<double> Bounds);
