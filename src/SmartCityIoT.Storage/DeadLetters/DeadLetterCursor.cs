using System.Buffers.Binary;
using System.Buffers.Text;

namespace SmartCityIoT.Storage.DeadLetters;

/// <summary>Text form of a place in the list of dead letters. Opaque to callers, so that the order of the list can change.</summary>
public static class DeadLetterCursor
{
    private const byte Version = 1;
    private const int Length = 1 + sizeof(long);

    /// <summary>Whether <paramref name="text"/> is a cursor, so that an API can refuse it by the parameter's name.</summary>
    public static bool IsValid(string text) => TryRead(text, out _);

    internal static string Write(long id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], id);
        return Base64Url.EncodeToString(bytes);
    }

    internal static bool TryRead(string text, out long id)
    {
        id = 0;
        Span<byte> bytes = stackalloc byte[Length];
        if (text.Length > 2 * Length || !Base64Url.IsValid(text, out var decoded) || decoded != Length) return false;
        if (!Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Version) return false;
        id = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        return id > 0;
    }
}
