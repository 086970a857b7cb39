using System.Text.Json;

namespace SmartCityIoT.Telemetry.Tests.Frames;

/// <summary>One golden frame: the bytes, and what a decoder must make of them.</summary>
internal sealed record GoldenFrame(string Id, byte[] Payload, string Expect, JsonElement Json)
{
    public static IReadOnlyList<GoldenFrame> All { get; } = ReadAll();

    public static IEnumerable<TheoryDataRow<string>> Ids => All.Select(frame => new TheoryDataRow<string>(frame.Id));

    public static GoldenFrame Of(string id) => All.First(frame => frame.Id == id);

    private static GoldenFrame[] ReadAll()
    {
        var text = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "vectors", "frames.json"));
        var root = JsonDocument.Parse(text).RootElement;
        return [.. root.EnumerateArray().Select(json => new GoldenFrame(
            json.GetProperty("id").GetString()!,
            Convert.FromHexString(json.GetProperty("hex").GetString()!),
            json.GetProperty("expect").GetString()!,
            json))];
    }
}
