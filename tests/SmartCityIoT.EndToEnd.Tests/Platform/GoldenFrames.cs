using System.Text.Json;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>The golden frames, as they stand in the vectors.</summary>
internal static class GoldenFrames
{
    public static IReadOnlyList<JsonElement> All { get; } =
        [.. JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "frames.json"))).RootElement.EnumerateArray()];

    /// <summary>Those that decode, with the device that sends them.</summary>
    public static IReadOnlyList<JsonElement> Good { get; } = [.. All.Where(frame => Text(frame, "expect") == "Ok")];

    public static string Text(JsonElement frame, string name) => frame.GetProperty(name).GetString()!;

    public static byte[] Bytes(JsonElement frame) => Convert.FromHexString(Text(frame, "hex"));

    public static string Topic(string device) => $"sc/v1/{device[^2..]}/{device}/up";

    public static string SectorName(JsonElement frame) => frame.GetProperty("sector").GetInt32() switch
    {
        1 => "traffic",
        2 => "water",
        _ => "lighting",
    };

    /// <summary>The measured samples of a frame: time in milliseconds (null where the device has no clock) and physical values by field.</summary>
    public static IEnumerable<(long? Time, int Index, IReadOnlyDictionary<string, double> Values, IReadOnlyDictionary<string, long> Raw)> Samples(JsonElement frame)
    {
        var type = Text(frame, "type");
        if (type is not ("periodic" or "batch")) yield break;
        var time = frame.GetProperty("time").GetInt64();
        var interval = type == "batch" ? frame.GetProperty("interval").GetInt64() * 1000 : 0;
        var values = type == "batch" ? frame.GetProperty("values").EnumerateArray().ToArray() : [frame.GetProperty("values")];
        var raw = type == "batch" ? frame.GetProperty("raw").EnumerateArray().ToArray() : [frame.GetProperty("raw")];
        for (var i = 0; i < values.Length; i++)
        {
            yield return (
                time == 0 ? null : time + i * interval,
                i,
                values[i].EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetDouble()),
                raw[i].EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetInt64()));
        }
    }
}
