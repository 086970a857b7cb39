using System.Globalization;
using System.Text.Json;

namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>A JSON element of a pack that knows where it stands, so that each complaint can say so.</summary>
internal readonly struct PackElement
{
    private readonly string pack;
    private readonly string path;
    private readonly JsonElement element;

    public PackElement(string pack, string path, JsonElement element)
    {
        this.pack = pack;
        this.path = path;
        this.element = element;
    }

    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public SectorPackException Fail(string problem) => new(path.Length == 0 ? $"{pack}: {problem}" : $"{pack}: {path}: {problem}");

    /// <summary>Says that this is an object with no other members than the named ones: a misspelt option must not go unseen.</summary>
    public PackElement AsObject(params ReadOnlySpan<string> allowed)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Fail("must be an object");
        foreach (var member in element.EnumerateObject())
        {
            if (!allowed.Contains(member.Name)) throw Fail($"has an unknown member \"{member.Name}\"");
        }

        return this;
    }

    public PackElement Member(string name) => Find(name) ?? throw Fail($"needs a member \"{name}\"");

    public PackElement? Find(string name) =>
        element.TryGetProperty(name, out var found) ? new PackElement(pack, path.Length == 0 ? name : $"{path}.{name}", found) : null;

    public IEnumerable<(string Name, PackElement Value)> Members()
    {
        if (element.ValueKind != JsonValueKind.Object) throw Fail("must be an object");
        foreach (var member in element.EnumerateObject()) yield return (member.Name, Member(member.Name));
    }

    public IReadOnlyList<PackElement> Items()
    {
        if (element.ValueKind != JsonValueKind.Array) throw Fail("must be an array");
        var items = new List<PackElement>();
        foreach (var item in element.EnumerateArray()) items.Add(new PackElement(pack, $"{path}[{items.Count}]", item));
        return items;
    }

    public string Text()
    {
        if (element.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(element.GetString())) throw Fail("must be a text that is not empty");
        return element.GetString()!;
    }

    /// <summary>A name of databases and APIs: lower snake case, at most 63 characters.</summary>
    public string Name()
    {
        var name = Text();
        var isGood = name.Length <= 63 && char.IsAsciiLetterLower(name[0]);
        foreach (var letter in name) isGood &= char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_';
        return isGood ? name : throw Fail($"\"{name}\" must be lower-case letters, digits and underscores, start with a letter and have at most 63 characters");
    }

    public int Integer(int minimum, int maximum)
    {
        if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var value) || value < minimum || value > maximum)
        {
            throw Fail(string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {minimum} to {maximum}"));
        }

        return value;
    }

    /// <summary>A number exactly as it is written: 0.001 is no binary fraction.</summary>
    public decimal Decimal() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDecimal(out var value) ? value : throw Fail("must be a decimal number");

    public bool Boolean() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fail("must be true or false"),
    };
}
