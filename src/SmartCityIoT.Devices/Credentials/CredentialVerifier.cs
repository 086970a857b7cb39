using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Credentials;

/// <summary>
/// Decides who a login is. Works in memory, and may be asked from any thread. Retired and unknown accounts are refused after the
/// same work as a wrong secret, so that the time taken tells nothing of them.
/// </summary>
public sealed class CredentialVerifier
{
    private static readonly byte[][] NoCredential = [new byte[ServerKey.HashLength]];

    private readonly DeviceDirectory directory;
    private readonly ServerKey key;

    internal CredentialVerifier(DeviceDirectory directory, ServerKey key)
    {
        this.directory = directory;
        this.key = key;
    }

    /// <summary>The account that user name and secret open, or null.</summary>
    /// <param name="userName">UTF-8: a device's id in hex digits of either case, or a gateway's name.</param>
    /// <param name="secretText">The UTF-8 bytes of the base64url text that was shown once.</param>
    public Account? LogIn(ReadOnlySpan<byte> userName, ReadOnlySpan<byte> secretText)
    {
        if (IsDevice(userName, out var device))
        {
            var fits = FindDeviceCredential(device, secretText, out var opened);
            return fits is not null && opened is not null ? Account.Of(directory, opened, fits) : null;
        }

        var known = directory.TryGetGateway(NameOf(userName), out var gateway) && !gateway.IsRetired && !gateway.Credentials.IsEmpty;
        Span<byte> hash = stackalloc byte[ServerKey.HashLength];
        var whole = key.TryHashOfGateway(userName, secretText, hash);
        var equal = Find(known ? gateway!.Credentials : NoCredential, hash);
        return whole & known && equal is not null ? Account.Of(directory, gateway!, equal) : null;
    }

    /// <summary>
    /// The account that a client certificate opens, or null. TLS has proved the certificate already; what is asked here is whether
    /// the registry lets its owner in: one that is known, not retired, and has a credential that is not revoked.
    /// </summary>
    /// <param name="commonName">CN of the certificate's subject: a device's id in 16 hex digits, or a gateway's name.</param>
    public Account? LogInByCertificate(string commonName)
    {
        var account = DeviceId.TryParse(commonName.AsSpan(), out var device)
            ? directory.TryGet(device, out var entry) ? Account.Of(directory, entry, null) : null
            : directory.TryGetGateway(commonName, out var gateway) ? Account.Of(directory, gateway, null) : null;
        return account is { StillStands: true } ? account : null;
    }

    /// <returns>The hash of the secret as the registry holds it, or null.</returns>
    private byte[]? FindDeviceCredential(ulong device, ReadOnlySpan<byte> secretText, out DeviceEntry? entry)
    {
        var known = directory.TryGet(device, out entry) && entry.Lifecycle != Lifecycle.Retired && !entry.Credentials.IsEmpty;
        Span<byte> hash = stackalloc byte[ServerKey.HashLength];
        var whole = key.TryHash(device, secretText, hash);
        var equal = Find(known ? entry!.Credentials : NoCredential, hash);
        return whole & known ? equal : null;
    }

    /// <summary>Compares with each, so that the time taken does not tell which fits.</summary>
    private static byte[]? Find(ReadOnlySpan<byte[]> credentials, ReadOnlySpan<byte> hash)
    {
        byte[]? found = null;
        foreach (var credential in credentials)
        {
            if (CryptographicOperations.FixedTimeEquals(credential, hash)) found = credential;
        }

        return found;
    }

    private static bool IsDevice(ReadOnlySpan<byte> userName, out ulong device)
    {
        device = 0;
        return userName.Length == DeviceId.TextLength
            && ulong.TryParse(userName, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out device);
    }

    /// <summary>The name as text; a longer one is no gateway's, and costs no more than the longest.</summary>
    private static string NameOf(ReadOnlySpan<byte> userName) =>
        userName.Length > InputRules.LongestCode ? "" : Encoding.UTF8.GetString(userName);
}
