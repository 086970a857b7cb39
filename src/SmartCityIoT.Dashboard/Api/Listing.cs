namespace SmartCityIoT.Dashboard.Api;

/// <summary>One page of a list.</summary>
/// <param name="Next">Cursor of the next page, for the parameter <c>after</c>; null on the last.</param>
public sealed record Listing<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>A text in both languages.</summary>
public sealed record Label(string Vi, string En);

/// <summary>Degrees, WGS 84.</summary>
public sealed record Position(double Latitude, double Longitude);
