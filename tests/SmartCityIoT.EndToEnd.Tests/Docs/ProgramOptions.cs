using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Docs;

/// <summary>One configuration key of the program.</summary>
/// <param name="Default">As a person writes it; "none" for what is not set.</param>
/// <param name="Range">"1 to 10", "a or b", or nothing.</param>
internal sealed record ProgramOption(string Key, string Default, string Range)
{
    public string Row => $"| `{Key}` | `{Default}` |{(Range.Length == 0 ? " " : $" {Range} ")}|";
}

/// <summary>Finds the options in the built program: every public class named …Options, of every room.</summary>
internal static class ProgramOptions
{
    /// <summary>Classes that do not carry their section: the journal knows nothing of the program, and the limits share the endpoint's.</summary>
    private static readonly Dictionary<string, string> Sections = new()
    {
        ["JournalOptions"] = "SmartCity:Journal",
        ["ListenLimitOptions"] = "SmartCity:Mqtt:Listen",
    };

    public static IReadOnlyList<ProgramOption> Read()
    {
        var folder = Path.GetDirectoryName(ServerProgram.Path)!;
        var rooms = Directory.GetFiles(folder, "SmartCityIoT.*.dll").Where(file => !file.EndsWith("FirmwareSim.dll", StringComparison.Ordinal)).Append(ServerProgram.Path);
        var classes = rooms.SelectMany(file => TypesOf(Assembly.LoadFrom(file)))
            .Where(type => type is { IsClass: true, IsPublic: true, IsAbstract: false } && type.Name.EndsWith("Options", StringComparison.Ordinal));
        return [.. classes.SelectMany(type => Of(SectionOf(type), type))];
    }

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException partly)
        {
            // Types made of ASP.NET's cannot be loaded here; options are made of .NET's own.
            return partly.Types.OfType<Type>();
        }
    }

    private static string SectionOf(Type type) =>
        (string?)type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue()
        ?? Sections.GetValueOrDefault(type.Name)
        ?? throw new InvalidOperationException($"{type} has no constant Section: say here which one it is bound to.");

    private static IEnumerable<ProgramOption> Of(string section, Type type)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{section}:{property.Name}";
            yield return new ProgramOption(key, Text(property.GetValue(defaults)), RangeOf(property));
            if (property.PropertyType is { IsGenericType: true } map && map.GetGenericTypeDefinition() == typeof(Dictionary<,>))
            {
                foreach (var nested in Of(key + ":*", map.GetGenericArguments()[1])) yield return nested;
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        bool yes => yes ? "true" : "false",
        Uri url => url.OriginalString,
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        Enum name => name.ToString().ToLowerInvariant(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => items.Cast<object>().Any() ? string.Join(", ", items.Cast<object>()) : "none",
        _ => value.ToString()!,
    };

    private static string RangeOf(PropertyInfo property)
    {
        if (property.PropertyType.IsEnum) return string.Join(" or ", Enum.GetNames(property.PropertyType).Select(name => name.ToLowerInvariant()));
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } pattern)
        {
            return string.Join(" or ", pattern.Pattern.Trim('^', '$', '(', ')').Replace(@"\.", ".", StringComparison.Ordinal).Split('|'));
        }

        if (property.GetCustomAttribute<RangeAttribute>() is not { } range) return "";
        var (least, most) = (Bound(range.Minimum), Bound(range.Maximum));
        return most == Bound((double)long.MaxValue) || most == Bound(long.MaxValue) ? $"from {least}" : $"{least} to {most}";
    }

    private static string Bound(object bound) => bound is double number
        ? number.ToString("0.################", CultureInfo.InvariantCulture)
        : Convert.ToString(bound, CultureInfo.InvariantCulture)!;
}
