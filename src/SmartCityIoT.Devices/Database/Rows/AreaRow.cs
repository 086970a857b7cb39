namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>An administrative unit; see <see cref="Areas.Area"/>.</summary>
internal sealed class AreaRow
{
    public required string Code { get; init; }

    public required string Name { get; set; }

    public required string Kind { get; set; }

    public string? Parent { get; set; }

    public long? ValidFrom { get; set; }

    public long? ValidTo { get; set; }

    public string? ReplacedBy { get; set; }

    public double? Latitude { get; set; }

    public double? Longitude { get; set; }
}
