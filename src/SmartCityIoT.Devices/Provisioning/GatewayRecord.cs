namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A gateway with its history, read from the registry.</summary>
/// <param name="Text">What people call it.</param>
/// <param name="CreatedAt">Unix ms.</param>
/// <param name="RetiredAt">Unix ms; null while it is in use.</param>
/// <param name="Devices">The devices that it speaks for, in the order of their ids.</param>
/// <param name="Credentials">Oldest first, the revoked ones included.</param>
public sealed record GatewayRecord(
    string Name,
    string Text,
    long CreatedAt,
    long? RetiredAt,
    IReadOnlyList<ulong> Devices,
    IReadOnlyList<CredentialRecord> Credentials);
