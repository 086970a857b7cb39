using System.Buffers.Binary;
using System.Buffers.Text;

namespace SmartCityIoT.Alerts.Desk;

/// <summary>One page of a list of alerts, newest first.</summary>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record AlertPage(IReadOnlyList<Alert> Items, string? Next);

/// <summary>The text that stands for a place in a list of alerts.</summary>
public static class AlertCursor
{
    public static string Format(long id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, id);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads what <see cref="Format"/> wrote; false for anything else.</summary>
    public static bool TryParse(string text, out long id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        id = 0;
        if (text.Length != 11 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != sizeof(long)) return false;
        id = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return id > 0;
    }
}
