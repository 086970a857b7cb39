using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>That a secret was given out, and until when it was good. Unix milliseconds.</summary>
/// <param name="RevokedAt">Null while it is good.</param>
public sealed record CredentialView(long Number, long CreatedAt, long? RevokedAt)
{
    internal static CredentialView Of(CredentialRecord record) => new(record.Number, record.CreatedAt, record.RevokedAt);
}

/// <summary>A secret that was just made: shown this once.</summary>
/// <param name="Credential">Number of the credential, to revoke it by.</param>
/// <param name="Secret">The MQTT password, base64url.</param>
public sealed record IssuedSecretView(long Credential, string Secret);

/// <summary>A secret of a device that was just made: shown this once.</summary>
/// <param name="Credential">Number of the credential, to revoke it by.</param>
/// <param name="Secret">The MQTT password, base64url.</param>
/// <param name="CommandKey">Proves to the device that a command is the platform's: 32 bytes, base64url. The same with every secret of the device.</param>
public sealed record IssuedDeviceSecretView(long Credential, string Secret, string CommandKey);
