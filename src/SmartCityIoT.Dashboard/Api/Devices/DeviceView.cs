using System.Text.Json.Serialization;
using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>What a device is doing, as an operator sees it.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DeviceState>))]
public enum DeviceState
{
    /// <summary>Registered, and not yet in service.</summary>
    Planned,

    /// <summary>In service and well.</summary>
    InService,

    /// <summary>In service, and a "device silent" alert stands.</summary>
    Silent,

    /// <summary>In service, and its newest reading reports a fault of its own or is stuck.</summary>
    Faulty,

    /// <summary>Out of service for good.</summary>
    Retired,
}

/// <summary>Where a device stands.</summary>
/// <param name="Simulated">The position is made up for a simulation.</param>
public sealed record SiteView(string Code, string Name, double Latitude, double Longitude, bool Simulated)
{
    internal static SiteView? Of(DeviceSite? site) =>
        site is null ? null : new(site.Code, site.Name, site.Latitude, site.Longitude, site.IsSimulated);
}

/// <summary>A device in a list.</summary>
/// <param name="Id">EUI-64 as 16 hex digits.</param>
/// <param name="Area">Code of the site's area, or "".</param>
/// <param name="Interval">Reporting interval in seconds.</param>
/// <param name="Connected">From the device's status topic; null while it has said nothing there.</param>
/// <param name="LastSeen">Unix milliseconds of receipt; null for a device that never sent.</param>
/// <param name="Alerts">Alerts that stand.</param>
public record DeviceView(
    string Id,
    string Name,
    string Sector,
    string Model,
    DeviceState State,
    string Area,
    SiteView? Site,
    int Interval,
    bool? Connected,
    long? LastSeen,
    int Alerts,
    IReadOnlyList<ChannelView> Channels);

/// <summary>One stay of a device at a site; <paramref name="To"/> is null while it lasts. Unix milliseconds.</summary>
public sealed record PlacementView(SiteView Site, string Area, long From, long? To);

/// <summary>What is known of a device's link, since the platform started.</summary>
/// <param name="SkewMs">Device clock minus time of receipt, in milliseconds.</param>
public sealed record LinkView(
    long Frames, long Duplicates, long Gaps, long Reordered, long DeadLetters, long LateReadings, long? SkewMs, int? Boot, int? Seq, string? Firmware);

/// <summary>A device with its history.</summary>
public sealed record DeviceDetailView : DeviceView
{
    internal DeviceDetailView(DeviceView device) : base(device)
    {
    }

    /// <summary>Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<PlacementView> Placements { get; init; }

    public required LinkView Link { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<CredentialView> Credentials { get; init; }
}

/// <summary>A device that was just created, with its secret: shown this once.</summary>
public sealed record CreatedDeviceView : DeviceView
{
    internal CreatedDeviceView(DeviceView device) : base(device)
    {
    }

    /// <summary>Number of the credential, to revoke it by.</summary>
    public required long Credential { get; init; }

    /// <summary>The MQTT password, base64url.</summary>
    public required string Secret { get; init; }

    /// <summary>Proves to the device that a command is the platform's: 32 bytes, base64url.</summary>
    public required string CommandKey { get; init; }
}
