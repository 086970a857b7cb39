using System.ComponentModel;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Dashboard.Api.Gateways;

/// <summary>A gateway in a list.</summary>
/// <param name="Name">Its MQTT user name.</param>
/// <param name="Text">What people call it.</param>
/// <param name="DeviceCount">Devices that it speaks for.</param>
/// <param name="CreatedAt">Unix milliseconds.</param>
/// <param name="RetiredAt">Unix milliseconds; null while it is in use.</param>
public record GatewayView(string Name, string Text, int DeviceCount, long CreatedAt, long? RetiredAt)
{
    internal static GatewayView Of(GatewayEntry entry) => new(entry.Name, entry.Text, entry.Devices.Count, entry.CreatedAt, entry.RetiredAt);
}

/// <summary>A gateway with its devices and credentials.</summary>
public sealed record GatewayDetailView : GatewayView
{
    internal GatewayDetailView(GatewayRecord record)
        : base(record.Name, record.Text, record.Devices.Count, record.CreatedAt, record.RetiredAt)
    {
        Devices = [.. record.Devices.Select(DeviceId.Format)];
        Credentials = [.. record.Credentials.Select(CredentialView.Of)];
    }

    /// <summary>Ids of the devices that it speaks for, in their order.</summary>
    public IReadOnlyList<string> Devices { get; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<CredentialView> Credentials { get; }
}

/// <summary>A gateway that was just created, with its secret: shown this once.</summary>
public sealed record CreatedGatewayView : GatewayView
{
    internal CreatedGatewayView(GatewayView gateway) : base(gateway)
    {
    }

    /// <summary>Number of the credential, to revoke it by.</summary>
    public required long Credential { get; init; }

    /// <summary>The MQTT password, base64url.</summary>
    public required string Secret { get; init; }
}

/// <summary>Filters of the gateway list.</summary>
public sealed record GatewayListQuery(
    [property: Description("Items on a page, 1 to 10,000. Default 200.")] string? Limit,
    [property: Description("Cursor: \"next\" of the page before.")] string? After);

/// <summary>A gateway to be created.</summary>
public sealed record NewGatewayBody(
    [property: Description("Its MQTT user name: 1 to 64 of a-z, 0-9 and \"-\", not 16 hex digits.")] string? Name,
    [property: Description("What people call it. Default its name.")] string? Text,
    [property: Description("Ids of the devices that it speaks for. Default none.")] IReadOnlyList<string>? Devices);

/// <summary>The devices that a gateway speaks for, all of them.</summary>
/// <param name="Devices">Ids of 16 hex digits.</param>
public sealed record GatewayDevicesBody(IReadOnlyList<string>? Devices);
