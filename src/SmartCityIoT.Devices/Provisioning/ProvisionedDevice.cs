using System.Text;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A device and its new secret.</summary>
/// <param name="Secret">256 random bits as base64url, 43 characters: the MQTT password. Shown this once; only its hash is kept.</param>
/// <param name="Credential">Number of the credential, to revoke it by.</param>
/// <param name="CommandKey">
/// 32 bytes as base64url, 43 characters: proves to the device that a command is the platform's. The same with every secret of the device.
/// </param>
public sealed record ProvisionedDevice(ulong Id, string Secret, long Credential, string CommandKey)
{
    /// <summary>Leaves secret and key out, so that a log line cannot hold it.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Id = ").Append(DeviceId.Format(Id)).Append(", Credential = ").Append(Credential);
        return true;
    }
}
