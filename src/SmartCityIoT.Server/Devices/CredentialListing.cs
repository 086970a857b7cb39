using System.Globalization;
using System.Text.Json;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Server.Devices;

/// <summary>Secrets and credentials as text, or as JSON with the members of the API.</summary>
internal static class CredentialListing
{
    public static void WriteSecret(TextWriter output, ProvisionedDevice given, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { credential = given.Credential, secret = given.Secret, commandKey = given.CommandKey }));
            return;
        }

        WriteLogin(output, DeviceId.Format(given.Id), given.Secret);
        output.WriteLine($"Command key:    {given.CommandKey}");
        WriteOnce(output, given.Credential);
    }

    public static void WriteSecret(TextWriter output, ProvisionedGateway given, bool json)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(new { credential = given.Credential, secret = given.Secret }));
            return;
        }

        WriteLogin(output, given.Name, given.Secret);
        WriteOnce(output, given.Credential);
    }

    public static void Write(TextWriter output, IReadOnlyList<CredentialRecord> credentials, bool json)
    {
        foreach (var credential in credentials)
        {
            if (json)
            {
                output.WriteLine(JsonSerializer.Serialize(new { number = credential.Number, createdAt = credential.CreatedAt, revokedAt = credential.RevokedAt }));
                continue;
            }

            var end = credential.RevokedAt is { } at ? "revoked " + Time(at) : "good";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{credential.Number}  created {Time(credential.CreatedAt)}  {end}"));
        }
    }

    private static void WriteLogin(TextWriter output, string userName, string secret)
    {
        output.WriteLine($"MQTT user name: {userName}");
        output.WriteLine($"MQTT password:  {secret}");
    }

    private static void WriteOnce(TextWriter output, long credential) => output.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"Credential {credential}. The password is shown this once; only its hash is kept."));

    private static string Time(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
