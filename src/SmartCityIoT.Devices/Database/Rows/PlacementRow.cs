namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>One stay of a device at a site, from <c>StartsAt</c> to before <c>EndsAt</c>.</summary>
internal sealed class PlacementRow
{
    public long Number { get; init; }

    public required string Device { get; init; }

    public required string Site { get; init; }

    public required long StartsAt { get; init; }

    public long? EndsAt { get; set; }
}
