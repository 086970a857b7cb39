using System.Text;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>A gateway and its new secret.</summary>
/// <param name="Secret">256 random bits as base64url, 43 characters: the MQTT password. Shown this once; only its hash is kept.</param>
/// <param name="Credential">Number of the credential, to revoke it by.</param>
public sealed record ProvisionedGateway(string Name, string Secret, long Credential)
{
    /// <summary>Leaves the secret out, so that a log line cannot hold it.</summary>
    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Name = ").Append(Name).Append(", Credential = ").Append(Credential);
        return true;
    }
}
