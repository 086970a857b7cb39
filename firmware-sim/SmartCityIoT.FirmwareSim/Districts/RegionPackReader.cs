using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>Reads region packs: <c>regions/NAME/region.json</c>, which stand beside every program that uses them.</summary>
public static partial class RegionPackReader
{
    /// <summary>The folder of packs beside the running program.</summary>
    public static string DefaultFolder => Path.Combine(AppContext.BaseDirectory, "regions");

    /// <summary>Reads the pack in a folder that holds a <c>region.json</c>.</summary>
    /// <exception cref="InvalidDataException">The file is missing or does not fit; the message is one line that says where.</exception>
    public static RegionPack Read(string folder)
    {
        var file = Path.Combine(folder, "region.json");
        try
        {
            return Parse(File.ReadAllBytes(file));
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"region pack {file}: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the only pack beside the program, or the one of that name.</summary>
    /// <exception cref="InvalidDataException">There is none, there are several and no name was given, or the file does not fit.</exception>
    public static RegionPack ReadDefault(string? name = null)
    {
        if (name is not null) return Read(Path.Combine(DefaultFolder, name));
        var folders = Directory.Exists(DefaultFolder) ? Directory.GetDirectories(DefaultFolder) : [];
        return folders.Length switch
        {
            1 => Read(folders[0]),
            0 => throw new InvalidDataException($"no region pack stands in {DefaultFolder}"),
            _ => throw new InvalidDataException($"{DefaultFolder} holds several region packs: name one of {string.Join(", ", folders.Select(Path.GetFileName).Order())}"),
        };
    }

    /// <summary>Reads the text of one pack.</summary>
    /// <exception cref="InvalidDataException">A member contradicts another one.</exception>
    /// <exception cref="JsonException">The text is no JSON, or a member is missing, unknown or of another type.</exception>
    public static RegionPack Parse(ReadOnlySpan<byte> json)
    {
        var pack = JsonSerializer.Deserialize(json, RegionJson.Default.RegionPack) ?? throw new InvalidDataException("the region pack is null");
        if (pack.Format != 1) throw new InvalidDataException($"region {pack.Code}: format {pack.Format} is not known here, only 1");
        if (pack.Bounds.Count != 4) throw new InvalidDataException($"region {pack.Code}: bounds are west, south, east, north");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(pack.TimeZone, out _))
            throw new InvalidDataException($"region {pack.Code}: the time zone {pack.TimeZone} is not known to this system");
        var doubled = pack.Areas.GroupBy(area => area.Code).FirstOrDefault(group => group.Count() > 1);
        if (doubled is not null) throw new InvalidDataException($"region {pack.Code}: area {doubled.Key} stands twice");
        foreach (var area in pack.Areas) pack.Successor(area.Code);
        return pack;
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip)]
    [JsonSerializable(typeof(RegionPack))]
    private sealed partial class RegionJson : JsonSerializerContext;
}
