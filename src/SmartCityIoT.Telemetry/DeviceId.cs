using System.Buffers.Binary;
using System.Globalization;

namespace SmartCityIoT.Telemetry;

/// <summary>Text form of a device's EUI-64: 16 lower-case hex digits.</summary>
public static class DeviceId
{
    public const int TextLength = 16;

    public static string Format(ulong device) => device.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Writes the 16 digits as UTF-8; false when the destination is shorter.</summary>
    public static bool TryFormat(ulong device, Span<byte> destination) =>
        device.TryFormat(destination, out _, "x16", CultureInfo.InvariantCulture);

    /// <summary>Reads exactly 16 lower-case hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong device)
    {
        device = 0;
        if (text.Length != TextLength) return false;
        Span<byte> bytes = stackalloc byte[8];
        foreach (var digit in text)
        {
            if (digit is >= (byte)'A' and <= (byte)'F') return false;
        }

        if (Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        device = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return true;
    }

    /// <summary>Reads exactly 16 hex digits, of either case: what a person types.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ulong device)
    {
        device = 0;
        return text.Length == TextLength && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out device);
    }
}
