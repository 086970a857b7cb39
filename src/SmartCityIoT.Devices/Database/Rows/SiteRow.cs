namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>A measuring point: a pole, a junction approach, a manhole. Devices come and go at it.</summary>
internal sealed class SiteRow
{
    public required string Code { get; init; }

    public required string Name { get; set; }

    public required double Latitude { get; set; }

    public required double Longitude { get; set; }

    public string? Area { get; set; }

    public bool IsSimulated { get; set; }
}
