namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>A region as its pack declares it: names, time zone, administrative areas and, for the simulator, the shape of a district.</summary>
/// <param name="Format">Version of the file's layout; 1.</param>
/// <param name="Code">Folder name of the pack, lower case.</param>
/// <param name="TimeZone">IANA name: the zone of the screens and of the people's day.</param>
/// <param name="Bounds">West, south, east, north, in degrees.</param>
/// <param name="Sources">Where the pack's facts come from, one sentence each.</param>
/// <param name="District">What the simulator builds; null in a pack without one.</param>
public sealed record RegionPack(
    int Format,
    string Code,
    LocalizedText Name,
    string TimeZone,
    GeoPoint Center,
    IReadOnlyList<double> Bounds,
    IReadOnlyList<string> Sources,
    IReadOnlyList<RegionArea> Areas,
    DistrictShape? District = null)
{
    /// <summary>The area of that code, of any time; null when the pack has none.</summary>
    public RegionArea? FindArea(string code) => Areas.FirstOrDefault(area => area.Code == code);

    /// <summary>The unit that holds an area's ground today: the area itself, or the end of its chain of successors.</summary>
    /// <exception cref="InvalidDataException">The pack names a successor that it does not hold, or a circle of them.</exception>
    public RegionArea Successor(string code)
    {
        var area = FindArea(code) ?? throw new InvalidDataException($"region {Code}: no area has the code {code}");
        for (var step = 0; step <= Areas.Count; step++)
        {
            if (area.ReplacedBy is not { } next) return area;
            area = FindArea(next) ?? throw new InvalidDataException($"region {Code}: area {area.Code} is replaced by {next}, which is missing");
        }

        throw new InvalidDataException($"region {Code}: the successors of area {code} form a circle");
    }
}

/// <summary>A text in the two languages of the screens.</summary>
public sealed record LocalizedText(string Vi, string En);

/// <summary>WGS 84, degrees.</summary>
public sealed record GeoPoint(double Latitude, double Longitude);

/// <summary>One administrative unit, of today or of an earlier time.</summary>
/// <param name="Code">Published code of the statistics office, or a local one, which <paramref name="Note"/> then says.</param>
/// <param name="Name">Full name in the local language.</param>
/// <param name="Kind">"province", "city", "district", "ward" or "commune".</param>
/// <param name="Parent">Code of the unit above, or null.</param>
/// <param name="ValidFrom">First day on which the unit stands; null = unknown.</param>
/// <param name="ValidTo">First day on which it does not stand any more; null = it stands.</param>
/// <param name="ReplacedBy">Code of the unit that holds its ground since.</param>
/// <param name="Center">Approximate; null = unknown.</param>
public sealed record RegionArea(
    string Code,
    string Name,
    string Kind,
    string? Parent = null,
    DateOnly? ValidFrom = null,
    DateOnly? ValidTo = null,
    string? ReplacedBy = null,
    GeoPoint? Center = null,
    string? Note = null);
