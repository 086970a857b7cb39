using System.Globalization;
using System.Text.Json;

namespace SmartCityIoT.Alerts.Rules;

/// <summary>A JSON element of a rule file that knows where it stands, so that each complaint can say so.</summary>
internal readonly struct RuleElement(string file, string path, JsonElement element)
{
    public RuleFileException Fail(string problem) => new(path.Length == 0 ? $"{file}: {problem}" : $"{file}: {path}: {problem}");

    /// <summary>Says that this is an object with no other members than the named ones: a misspelt limit must not go unseen.</summary>
    public void AsObject(params ReadOnlySpan<string> allowed)
    {
        foreach (var (name, _) in Members())
        {
            if (!allowed.Contains(name)) throw Fail($"has an unknown member \"{name}\"");
        }
    }

    public RuleElement Member(string name) => Find(name) ?? throw Fail($"needs a member \"{name}\"");

    public RuleElement? Find(string name) =>
        element.TryGetProperty(name, out var found) ? new RuleElement(file, path.Length == 0 ? name : $"{path}.{name}", found) : null;

    public IEnumerable<(string Name, RuleElement Value)> Members()
    {
        if (element.ValueKind != JsonValueKind.Object) throw Fail("must be an object");
        var (owner, place) = (file, path);
        return element.EnumerateObject()
            .Select(member => (member.Name, new RuleElement(owner, $"{place}.{member.Name}".TrimStart('.'), member.Value)));
    }

    public IEnumerable<RuleElement> Items()
    {
        if (element.ValueKind != JsonValueKind.Array) throw Fail("must be an array");
        var (owner, place) = (file, path);
        return element.EnumerateArray().Select((item, index) => new RuleElement(owner, $"{place}[{index}]", item));
    }

    public string Text() =>
        element.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(element.GetString())
            ? element.GetString()!
            : throw Fail("must be a text that says something");

    /// <summary>Lower-case letters, digits and hyphens, as rule ids are.</summary>
    public string Id()
    {
        var text = Text();
        return text.Length <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? text
            : throw Fail("must be 1 to 64 lower-case letters, digits and hyphens");
    }

    public decimal Number() =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDecimal(out var number) ? number : throw Fail("must be a number");

    public int Integer(int minimum, int maximum) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var number) && number >= minimum && number <= maximum
            ? number
            : throw Fail($"must be a whole number from {minimum} to {maximum}");

    public bool Boolean() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fail("must be true or false"),
    };

    public DateOnly Date() =>
        DateOnly.TryParseExact(Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date
            : throw Fail("must be a date such as 2025-07-01");

    /// <summary>One of the names, as the value that stands with it.</summary>
    public T Choice<T>(params ReadOnlySpan<(string Name, T Value)> choices)
    {
        var text = Text();
        var names = new List<string>();
        foreach (var (name, value) in choices)
        {
            if (name == text) return value;
            names.Add(name);
        }

        throw Fail($"must be one of {string.Join(", ", names)}");
    }
}
