using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Database.Rows;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Provisioning;

/// <summary>Makes secrets inside one write. The secret leaves with the answer; what is kept is its hash.</summary>
internal static class SecretIssue
{
    private const int SecretBytes = 32;

    public static ProvisionedDevice ToDevice(RegistryWrite write, ulong device, ServerKey key)
    {
        var secret = NewSecret();
        var hash = new byte[ServerKey.HashLength];
        key.TryHash(device, Encoding.ASCII.GetBytes(secret), hash);
        var number = write.Rows.Add(new CredentialRow { Device = DeviceId.Format(device), Hash = hash, CreatedAt = write.Now });
        key.WriteCommandKey(device, hash);
        return new ProvisionedDevice(device, secret, number, Base64Url.EncodeToString(hash));
    }

    public static ProvisionedGateway ToGateway(RegistryWrite write, string gateway, ServerKey key)
    {
        var secret = NewSecret();
        var hash = new byte[ServerKey.HashLength];
        key.TryHashOfGateway(Encoding.ASCII.GetBytes(gateway), Encoding.ASCII.GetBytes(secret), hash);
        var number = write.Rows.Add(new GatewayCredentialRow { Gateway = gateway, Hash = hash, CreatedAt = write.Now });
        return new ProvisionedGateway(gateway, secret, number);
    }

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
}
