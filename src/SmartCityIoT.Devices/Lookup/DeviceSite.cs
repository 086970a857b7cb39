namespace SmartCityIoT.Devices.Lookup;

/// <summary>The measuring point where a device stands.</summary>
/// <param name="Latitude">Degrees, WGS 84.</param>
/// <param name="Longitude">Degrees, WGS 84.</param>
/// <param name="IsSimulated">The position is made up for a simulation and is labelled so wherever it is shown.</param>
public sealed record DeviceSite(string Code, string Name, double Latitude, double Longitude, bool IsSimulated);
