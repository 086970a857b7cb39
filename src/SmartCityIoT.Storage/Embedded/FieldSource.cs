using DuckDB.NET.Data;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// One field of one sector over the tables and files of the days asked for, and over those alone. A later row for the same device, channel and
/// time takes the place of the earlier one as a whole, so that a part without the field counts too, with NULL.
/// </summary>
internal sealed class FieldSource
{
    private const long DayMicroseconds = 86_400_000_000;

    private readonly List<(DayTable Table, TableColumn? Column)> parts = [];
    private readonly DecimalScale scale;
    private readonly bool isMixed;

    /// <param name="from">Unix milliseconds, included.</param>
    /// <param name="to">Unix milliseconds, excluded.</param>
    public FieldSource(IReadOnlyList<DayTable> tables, string sector, string field, long from, long to)
    {
        From = Microseconds(from);
        To = Microseconds(to);
        var name = TableLayout.ColumnName(field);
        foreach (var table in Days(tables, sector, From, To))
        {
            TableColumn? column = null;
            foreach (var candidate in TableLayout.ParseFields(table.Fields))
            {
                if (candidate.Name == name) column = candidate;
            }

            parts.Add((table, column));
        }

        var scales = parts.Where(part => part.Column is not null).Select(part => part.Column!.Value.Scale).Distinct().ToArray();
        scale = scales.Length == 0 ? DecimalScale.One : scales.MaxBy(s => s.Digits);
        isMixed = scales.Length > 1;
        // Schemas that scale the field in different ways meet in the finest decimal, without a multiplier.
        if (isMixed) scale = new DecimalScale(1, scale.Digits);
    }

    /// <summary>Unix microseconds, included.</summary>
    public long From { get; }

    /// <summary>Unix microseconds, excluded.</summary>
    public long To { get; }

    /// <summary>No table can hold a value of the field.</summary>
    public bool IsEmpty => From >= To || parts.TrueForAll(part => part.Column is null);

    /// <summary>Every sample that has the field, once, as columns <c>time, v, quality</c>.</summary>
    /// <param name="condition">Which rows of each table are meant.</param>
    /// <param name="key">Columns that tell those samples apart.</param>
    public string Samples(string condition, string key)
    {
        // A file holds each sample once. Where it is alone on its day nothing can take a sample's place, and its order need not be read.
        var days = parts.ToLookup(part => part.Table.Day);
        var settled = parts.Where(part => part.Table.File is not null && days[part.Table.Day].Count() == 1).ToList();
        var statements = Sources(settled.Where(part => part.Column is not null)).Select(source => $"""
            SELECT time, {Value(source.Column)} AS v, quality FROM {source.From}
            WHERE {InRange} AND {condition} AND {Sql.Name(source.Column!.Value.Name)} IS NOT NULL
            """).ToList();
        var open = Sources(parts.Except(settled)).ToArray();
        if (open.Length > 0)
        {
            // arg_max_null, since arg_max passes over a last row whose value is NULL and would bring an older one back.
            var rows = string.Join("\nUNION ALL ", open.Select(source => $"""
                SELECT device, channel, time, ord, quality, {Value(source.Column)} AS v FROM {source.From} WHERE {InRange} AND {condition}
                """));
            statements.Add($"""
                SELECT time, arg_max_null(v, ord) AS v, arg_max(quality, ord) AS quality FROM ({rows})
                GROUP BY {key} HAVING arg_max_null(v, ord) IS NOT NULL
                """);
        }

        return string.Join("\nUNION ALL ", statements);
    }

    /// <summary>Tables that can hold readings of a sector in [from, to), in Unix microseconds.</summary>
    public static IEnumerable<DayTable> Days(IReadOnlyList<DayTable> tables, string sector, long from, long to) => tables.Where(table =>
        table.Kind == TableKind.Reading && table.SectorName == sector
        && table.Day >= FloorDivide(from, DayMicroseconds) && table.Day <= FloorDivide(to - 1, DayMicroseconds));

    /// <summary>Start of the bucket of a row, in microseconds, also for times before 1970.</summary>
    public static string Bucket(long microseconds)
    {
        var width = Sql.Number(microseconds);
        return $"time - (time % {width} + {width}) % {width}";
    }

    /// <summary>The physical value of a <c>v</c>, or of a minimum or maximum of it.</summary>
    public double Physical(DuckDBDataReader row, int column) =>
        isMixed ? row.GetDouble(column) / Math.Pow(10, scale.Digits) : scale.ToPhysical(row.GetInt64(column));

    /// <summary>The physical sum of a <c>sum(v)::DOUBLE</c>.</summary>
    public double Sum(double sum) => sum * scale.Multiplier / Math.Pow(10, scale.Digits);

    /// <summary>Unix microseconds of a time in milliseconds, held within what the column can compare with.</summary>
    public static long Microseconds(long milliseconds) => Math.Clamp(milliseconds, long.MinValue / 2000, long.MaxValue / 2000) * 1000;

    private string InRange => $"time >= {Sql.Number(From)} AND time < {Sql.Number(To)}";

    /// <summary>What is read; files with the same columns are one part of it.</summary>
    private static IEnumerable<(string From, TableColumn? Column)> Sources(IEnumerable<(DayTable Table, TableColumn? Column)> parts)
    {
        var files = parts.ToLookup(part => part.Table.File is not null);
        return
        [
            .. files[false].Select(part => (part.Table.Source, part.Column)),
            .. files[true].GroupBy(part => part.Table.Fields).Select(same => (DayTable.SourceOf(same.Select(part => part.Table)), same.First().Column)),
        ];
    }

    private static long FloorDivide(long value, long by) => Math.DivRem(value, by, out var rest) - (rest < 0 ? 1 : 0);

    private string Value(TableColumn? column)
    {
        if (column is not { } found) return isMixed ? "NULL::DOUBLE" : "NULL::BIGINT";
        if (!isMixed) return Sql.Name(found.Name);
        var factor = found.Scale.Multiplier * (long)Math.Pow(10, scale.Digits - found.Scale.Digits);
        return $"{Sql.Name(found.Name)}::DOUBLE * {Sql.Number(factor)}";
    }
}
