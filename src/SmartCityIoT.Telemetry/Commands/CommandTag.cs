using System.Security.Cryptography;

namespace SmartCityIoT.Telemetry.Commands;

/// <summary>Proof that a command comes from who holds the device's command key: the first 8 bytes of HMAC-SHA-256.</summary>
internal static class CommandTag
{
    public static void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> signed, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, signed, hash);
        hash[..CommandLayout.TagLength].CopyTo(tag);
    }

    public static bool Fits(ReadOnlySpan<byte> key, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> tag)
    {
        Span<byte> right = stackalloc byte[CommandLayout.TagLength];
        Write(key, signed, right);
        return CryptographicOperations.FixedTimeEquals(right, tag);
    }
}
