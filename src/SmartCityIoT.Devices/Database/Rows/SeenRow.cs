using SmartCityIoT.Devices.Seen;

namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>A device that showed itself and is not provisioned.</summary>
internal sealed class SeenRow
{
    public required string Id { get; init; }

    public required long FirstSeen { get; init; }

    public required long LastSeen { get; set; }

    public required long Count { get; set; }

    public required SeenVia Via { get; set; }

    public required string Topic { get; set; }
}
