namespace SmartCityIoT.Devices.Database.Rows;

/// <summary>An account that speaks for devices behind it; see <see cref="Provisioning.GatewayRecord"/>.</summary>
internal sealed class GatewayRow
{
    public required string Name { get; init; }

    public required string Text { get; set; }

    public required long CreatedAt { get; init; }

    public long? RetiredAt { get; set; }
}
