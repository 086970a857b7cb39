using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Devices.Lookup;

/// <summary>
/// One instance for equal tags and equal words, as long as the process lives: writers cache by the instance of the tags, and
/// thousands of devices share a few sectors, models and areas. Grows with the registry, never with what devices send.
/// </summary>
internal sealed class SharedValues
{
    private readonly Dictionary<SeriesTags, SeriesTags> tags = new() { [SeriesTags.None] = SeriesTags.None };
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

    public SeriesTags Tags(string site, string area, string model)
    {
        var asked = new SeriesTags(site, area, model);
        if (tags.TryGetValue(asked, out var known)) return known;
        tags.Add(asked, asked);
        return asked;
    }

    public string Word(string text)
    {
        if (words.TryGetValue(text, out var known)) return known;
        words.Add(text, text);
        return text;
    }
}
