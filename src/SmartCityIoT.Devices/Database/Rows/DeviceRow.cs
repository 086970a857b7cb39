namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>A provisioned device. Its id is text, so that a person who opens the file reads what is printed on the device.</summary>
internal sealed class DeviceRow
{
    /// <summary>16 lower-case hex digits, whose order as text is that of the numbers.</summary>
    public required string Id { get; init; }

    public required string Name { get; set; }

    public required string Sector { get; set; }

    public string? Model { get; set; }

    public required Lifecycle Lifecycle { get; set; }

    public int? IntervalSeconds { get; set; }

    public required long CreatedAt { get; init; }
}
