using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A device with its history, read from the registry.</summary>
/// <param name="IntervalSeconds">Its own reporting interval, or null where the model's is used.</param>
/// <param name="CreatedAt">Unix ms.</param>
/// <param name="Placements">Oldest first.</param>
/// <param name="Credentials">Oldest first, the revoked ones included.</param>
public sealed record DeviceRecord(
    ulong Id,
    string Name,
    string Sector,
    string? Model,
    Lifecycle Lifecycle,
    int? IntervalSeconds,
    long CreatedAt,
    IReadOnlyList<PlacementRecord> Placements,
    IReadOnlyList<CredentialRecord> Credentials);

/// <summary>One stay of a device at a site, <c>[From, To)</c> in Unix ms; <paramref name="To"/> is null while it lasts.</summary>
public sealed record PlacementRecord(DeviceSite Site, string Area, long From, long? To);

/// <summary>That a secret was given out, and until when it was good; never the secret. Times in Unix ms.</summary>
public sealed record CredentialRecord(long Number, long CreatedAt, long? RevokedAt);
