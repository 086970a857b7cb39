using System.Security.Cryptography;
using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Devices.Credentials;

/// <summary>Decides whether a login is a device's own. Works in memory, allocates nothing, and may be asked from any thread.</summary>
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

    /// <summary>
    /// Whether <paramref name="secretText"/> (the UTF-8 bytes of the base64url text that was shown once) is a valid secret of the
    /// device. Retired and unknown devices are refused after the same work, so that the time taken tells nothing of them.
    /// </summary>
    public bool Verify(ulong device, ReadOnlySpan<byte> secretText)
    {
        var known = directory.TryGet(device, out var entry) && entry.Lifecycle != Lifecycle.Retired && !entry.Credentials.IsEmpty;
        var credentials = known ? entry!.Credentials : NoCredential;

        Span<byte> hash = stackalloc byte[ServerKey.HashLength];
        var whole = key.TryHash(device, secretText, hash);
        var equal = false;
        foreach (var credential in credentials) equal |= CryptographicOperations.FixedTimeEquals(credential, hash);
        return equal & whole & known;
    }
}
