using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Problems;

/// <summary>Reads query parameters; what cannot be read is a 400 that names the parameter and says what it takes.</summary>
internal static class Parameter
{
    public const int DefaultLimit = 200;
    public const int MaxLimit = 10_000;

    public static ulong Device(string name, string text) => DeviceId.TryParse(text.AsSpan(), out var device)
        ? device
        : throw new BadParameterException(name, $"\"{text}\" is not a device id of 16 hex digits.");

    public static int Whole(string name, string? text, int missing, int least, int most)
    {
        if (text is null) return missing;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new BadParameterException(name, $"\"{text}\" is not a whole number from {least} to {most}.");
    }

    /// <summary>The number of a row, from 1.</summary>
    public static long Number(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new BadParameterException(name, $"\"{text}\" is not a number that this API gave out.");

    public static int Limit(string? text) => Whole("limit", text, DefaultLimit, 1, MaxLimit);

    /// <summary>A time as Unix milliseconds or ISO 8601 with offset.</summary>
    public static long Time(string name, string? text, long missing)
    {
        if (text is null) return missing;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999)
        {
            return milliseconds;
        }

        // A "+" that was not percent-encoded arrives as a space.
        if (DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind | DateTimeStyles.AssumeUniversal, out var time)
            && text.Contains('T', StringComparison.Ordinal))
        {
            return time.ToUnixTimeMilliseconds();
        }

        throw new BadParameterException(name, $"\"{text}\" is neither Unix milliseconds nor ISO 8601 like 2026-01-31T08:00:00Z.");
    }

    public static T OneOf<T>(string name, string text, IReadOnlyDictionary<string, T> choices) => choices.TryGetValue(text, out var choice)
        ? choice
        : throw new BadParameterException(name, $"\"{text}\" is none of {string.Join(", ", choices.Keys)}.");

    /// <summary>The name of a sector that has a pack, or null where none was asked for.</summary>
    public static string? Sector(string? name, SectorCatalog catalog) => name is null || catalog.PackNamed(name) is not null
        ? name
        : throw new BadParameterException("sector", $"\"{name}\" is none of {string.Join(", ", catalog.Packs.Select(pack => pack.Name))}.");

    /// <summary>The code of a known area, or null where none was asked for.</summary>
    public static string? Area(string? code, DeviceDirectory directory) => code is null || directory.Areas.TryGet(code, out _)
        ? code
        : throw new BadParameterException("area", $"there is no area \"{code}\". See /api/v1/areas.");

    public static string Cursor(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>What <see cref="Cursor"/> was made from.</summary>
    public static string? FromCursor(string? text)
    {
        if (text is null) return null;
        try
        {
            return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        }
        catch (FormatException)
        {
            throw new BadParameterException("after", "it is no cursor that this API gave out as \"next\".");
        }
    }
}
