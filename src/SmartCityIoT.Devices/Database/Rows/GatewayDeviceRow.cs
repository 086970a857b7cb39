namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>That a gateway speaks for a device. A device may stand behind several.</summary>
internal sealed class GatewayDeviceRow
{
    public required string Gateway { get; init; }

    public required string Device { get; init; }
}
