namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>A kind of device; see <see cref="Provisioning.DeviceModel"/>.</summary>
internal sealed class ModelRow
{
    public required string Code { get; init; }

    public required string Name { get; set; }

    public required string Sector { get; set; }

    public required int DefaultIntervalSeconds { get; set; }
}
