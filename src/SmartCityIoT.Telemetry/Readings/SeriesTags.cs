namespace SmartCityIoT.Telemetry.Readings;

/// <summary>
/// Tags that a device's placement gives to its series at one time. Compared by value, shared by reference,
/// so that a writer can cache the encoded series of an instance it has seen.
/// </summary>
/// <param name="Site">Code of the measuring point, or "" for a device that has no placement yet.</param>
/// <param name="Area">Code of the site's area, or "".</param>
/// <param name="Model">Code of the device's model, or "".</param>
public sealed record SeriesTags(string Site, string Area, string Model)
{
    public static SeriesTags None { get; } = new("", "", "");
}
