using System.Text.Json;

namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>
/// Reads a sector pack: <c>{ "sector", "name", "version", "label": { "vi", "en" }, "schemas": [ { "schema", "fields": […] } ] }</c>.
/// A pack that could be read two ways is refused: members nobody knows, members twice, names twice, bits twice.
/// </summary>
public static partial class SectorPackReader
{
    /// <summary>Depth of a well-formed pack: fields[].bits[].label stands seven levels down.</summary>
    private const int MaxDepth = 16;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <param name="name">What to call the pack in complaints: the file's path.</param>
    /// <param name="json">The pack's text, UTF-8 without a byte order mark.</param>
    /// <exception cref="SectorPackException">The text is not a pack; the message says where and what, in one line.</exception>
    public static SectorPack Parse(string name, ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return ReadPack(new PackElement(name, "", document.RootElement));
        }
        catch (JsonException problem)
        {
            var line = problem.LineNumber is { } number ? $"line {number + 1}: " : "";
            throw new SectorPackException($"{name}: {line}is not well-formed JSON: {FirstSentence(problem.Message)}", problem);
        }
    }

    private static SectorPack ReadPack(PackElement pack)
    {
        pack.AsObject("sector", "name", "version", "label", "schemas");
        var sector = (byte)pack.Member("sector").Integer(1, 255);
        var nameElement = pack.Member("name");
        var name = nameElement.Name();

        // Sector 0 is "system"; measurements of events, boots and acknowledgements start with "device_".
        if (name == "system" || name.StartsWith("device_", StringComparison.Ordinal)) throw nameElement.Fail($"\"{name}\" is reserved");

        var (labelVi, labelEn) = ReadLabel(pack.Member("label"));
        return new SectorPack
        {
            Sector = sector,
            Name = name,
            Version = pack.Member("version").Text(),
            LabelVi = labelVi,
            LabelEn = labelEn,
            Schemas = ReadSchemas(pack.Member("schemas"), sector, name),
        };
    }

    private static List<SectorSchema> ReadSchemas(PackElement list, byte sector, string name)
    {
        var schemas = new List<SectorSchema>();
        foreach (var item in list.Items())
        {
            item.AsObject("schema", "fields");
            var number = (byte)item.Member("schema").Integer(0, 255);
            if (schemas.Exists(other => other.Number == number)) throw item.Fail($"schema {number} stands twice");
            schemas.Add(new SectorSchema(sector, name, number, ReadFields(item.Member("fields"), schemas)));
        }

        if (schemas.Count == 0) throw list.Fail("needs at least one schema");
        schemas.Sort((left, right) => left.Number.CompareTo(right.Number));
        return schemas;
    }

    private static (string Vi, string En) ReadLabel(PackElement label)
    {
        label.AsObject("vi", "en");
        return (label.Member("vi").Text(), label.Member("en").Text());
    }

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.').ReplaceLineEndings(" ");
    }
}
