using System.Globalization;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.History;

/// <summary>What the questions about history have in common: fields, ranges and figures as their parameters name them.</summary>
internal static class HistoryParameters
{
    public const int DefaultPoints = 500;
    public const int MaxPoints = 10_000;

    private const long DayMilliseconds = 24 * 60 * 60 * 1000L;

    private static readonly Dictionary<string, Aggregate> Figures = new()
    {
        ["mean"] = Aggregate.Mean,
        ["min"] = Aggregate.Minimum,
        ["max"] = Aggregate.Maximum,
        ["sum"] = Aggregate.Sum,
    };

    /// <summary>The field of a sector that a parameter names, as a value that can be drawn.</summary>
    public static SectorField Field(SectorCatalog catalog, string sector, string? name)
    {
        var fields = catalog.PackNamed(sector)?.Schemas.SelectMany(schema => schema.Fields).Where(field => field.Role != FieldRole.Channel).ToList() ?? [];
        return fields.LastOrDefault(field => field.Name == name)
            ?? throw new BadParameterException("field", $"\"{name}\" is no field of {sector}. Fields are {string.Join(", ", fields.Select(field => field.Name).Distinct())}.");
    }

    /// <summary>The range that a pair of parameters means.</summary>
    public static (long From, long To) Range(string? from, string? to, TimeProvider time)
    {
        var end = Parameter.Time("to", to, time.GetUtcNow().ToUnixTimeMilliseconds() + 1);
        var start = Parameter.Time("from", from, end - DayMilliseconds);
        return start < end ? (start, end) : throw new BadParameterException("from", "the start is not before the end.");
    }

    public static Aggregate Figure(string? name)
    {
        if (name is null) return Aggregate.Mean;
        if (Figures.TryGetValue(name, out var figure)) return figure;
        if (name.StartsWith('p')
            && double.TryParse(name.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var rank)
            && rank is >= 0 and <= 100)
        {
            return Aggregate.Percentile(rank);
        }

        throw new BadParameterException("aggregate", $"\"{name}\" is none of {string.Join(", ", Figures.Keys)}, or a percentile from p0 to p100.");
    }
}
