using System.Buffers.Binary;
using System.Security.Cryptography;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices.Credentials;

/// <summary>
/// The key of this installation under which the secrets of devices and gateways are hashed: 32 random bytes in <c>server.key</c>, readable by its
/// owner alone. Someone who copies the database without it cannot even test a guessed secret.
/// </summary>
internal sealed class ServerKey(string dataDirectory)
{
    public const string FileName = "server.key";
    public const int HashLength = HMACSHA256.HashSizeInBytes;
    private const int KeyLength = 32;

    /// <summary>Longer secrets are refused; the limit bounds the work that a login can ask for.</summary>
    private const int LongestSecret = 256;

    private const int LongestName = InputRules.LongestCode;
    private const int LongestOwner = sizeof(ulong) + 1 + LongestName;

    private readonly string path = Path.Combine(Path.GetFullPath(dataDirectory), FileName);
    private byte[]? key;

    /// <summary>Reads the key, or makes it where there is none yet.</summary>
    /// <param name="mayCreate">False when hashes made with a lost key exist: a new key would silently lock out every device.</param>
    /// <exception cref="DevicesUnavailableException">The file is missing, unreadable or not a key.</exception>
    public void Load(bool mayCreate)
    {
        try
        {
            if (!File.Exists(path))
            {
                if (!mayCreate)
                {
                    throw new DevicesUnavailableException(
                        $"{path} is missing, and the devices' secrets were hashed with it: restore it from a backup");
                }

                Create();
            }

            var bytes = File.ReadAllBytes(path);
            if (bytes.Length != KeyLength)
            {
                throw new DevicesUnavailableException($"{path} has {bytes.Length} bytes instead of {KeyLength}: restore it from a backup");
            }

            key = bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DevicesUnavailableException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>
    /// HMAC-SHA-256 over the device id (8 bytes, big-endian) and the secret's text, so that a hash copied to another device's
    /// row is worth nothing there.
    /// </summary>
    /// <returns>False for a secret that is too long to be one; the hash is then that of its beginning.</returns>
    public bool TryHash(ulong device, ReadOnlySpan<byte> secret, Span<byte> hash)
    {
        Span<byte> owner = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(owner, device);
        return TryHash(owner, secret, hash);
    }

    /// <summary>
    /// HMAC-SHA-256 over 8 zero bytes, which are no device's id, the length of the gateway's name (1 byte), the name and the
    /// secret's text: no hash of a device is ever one of a gateway.
    /// </summary>
    /// <returns>False for a name or a secret that is too long to be one; the hash is then that of its beginning.</returns>
    public bool TryHashOfGateway(ReadOnlySpan<byte> name, ReadOnlySpan<byte> secret, Span<byte> hash)
    {
        Span<byte> owner = stackalloc byte[LongestOwner];
        owner.Clear();
        var used = Math.Min(name.Length, LongestName);
        owner[sizeof(ulong)] = (byte)used;
        name[..used].CopyTo(owner[(sizeof(ulong) + 1)..]);
        return TryHash(owner[..(sizeof(ulong) + 1 + used)], secret, hash) & used == name.Length;
    }

    /// <summary>
    /// The key that signs commands to a device: HMAC-SHA-256 over 9 zero bytes, where a gateway's name has its length, and the device's
    /// id (8 bytes, big-endian).
    /// </summary>
    /// <param name="commandKey"><see cref="HashLength"/> bytes.</param>
    public void WriteCommandKey(ulong device, Span<byte> commandKey)
    {
        Span<byte> owner = stackalloc byte[sizeof(ulong) + 1 + sizeof(ulong)];
        owner.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(owner[(sizeof(ulong) + 1)..], device);
        TryHash(owner, [], commandKey);
    }

    private bool TryHash(ReadOnlySpan<byte> owner, ReadOnlySpan<byte> secret, Span<byte> hash)
    {
        Span<byte> message = stackalloc byte[LongestOwner + LongestSecret];
        owner.CopyTo(message);
        var used = Math.Min(secret.Length, LongestSecret);
        secret[..used].CopyTo(message[owner.Length..]);
        HMACSHA256.HashData(key ?? throw new InvalidOperationException("the registry is not initialised"), message[..(owner.Length + used)], hash);
        return used == secret.Length;
    }

    private void Create()
    {
        // Written aside and moved, so that another process that starts at the same time finds the whole key or none.
        var draft = path + "." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var file = new FileStream(draft, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(KeyLength));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // The other process was first; its key is the one to use.
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
