using SmartCityIoT.Storage.Export;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// The tables and files of one day and group as one relation: its parts, and those of every schema of the sector, since a row of one takes the place
/// of a row of another.
/// </summary>
internal sealed class RawQuerySource
{
    private readonly string condition;

    // A file that is alone on its day holds each sample once.
    private readonly bool isSettled;

    private RawQuerySource(PointGroup group, IReadOnlyList<DayTable> tables, RangeQuestion question)
    {
        Group = group;
        Tables = tables;
        isSettled = tables is [{ File: not null }];
        Columns = [.. tables.SelectMany(RawSchemas.ColumnsOf).Select(column => column.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
        condition = $"time >= {Sql.Number(question.FromMicroseconds)} AND time < {Sql.Number(question.ToMicroseconds)}";
        if (question.Devices is { } devices)
        {
            condition += devices.Count == 0 ? " AND false" : $" AND device IN ({string.Join(',', devices.Select(Sql.Device))})";
        }
    }

    public PointGroup Group { get; }

    public IReadOnlyList<DayTable> Tables { get; }

    /// <summary>Value columns of any of the tables; a table without one has NULL there.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Device and number of rows, repeated ones included, in the order of the devices.</summary>
    public string DevicesStatement => $"SELECT device, count(*) FROM ({Union("device")}) GROUP BY device ORDER BY device";

    /// <summary>Number of samples.</summary>
    public string CountStatement => isSettled
        ? $"SELECT count(*) FROM ({Union("device")})"
        : $"SELECT count(*) FROM (SELECT DISTINCT device, channel, time FROM ({Union("device, channel, time")}))";

    /// <summary>Days and groups of a range, in the order of reading.</summary>
    public static IReadOnlyList<(long Day, PointGroup Group)> GroupsIn(IReadOnlyList<DayTable> tables, RangeQuestion question)
    {
        if (question.FromMicroseconds >= question.ToMicroseconds) return [];
        var firstDay = PointKey.DayOf(question.FromMicroseconds);
        var lastDay = PointKey.DayOf(question.ToMicroseconds - 1);
        return
        [
            .. tables
                .Where(table => table.Day >= firstDay && table.Day <= lastDay && question.Includes(GroupOf(table)))
                .Select(table => (table.Day, Group: GroupOf(table)))
                .Distinct()
                .OrderBy(found => found.Day)
                .ThenBy(found => found.Group),
        ];
    }

    /// <summary>The group of a day as the tables are now, or null where the day was dropped.</summary>
    public static RawQuerySource? Of(IReadOnlyList<DayTable> tables, long day, PointGroup group, RangeQuestion question)
    {
        DayTable[] parts = [.. tables.Where(table => table.Day == day && GroupOf(table) == group)];
        return parts.Length == 0 ? null : new RawQuerySource(group, parts, question);
    }

    /// <summary>
    /// Whole rows of the devices from <paramref name="first"/> to <paramref name="last"/>, of which those up to <paramref name="after"/> were read already:
    /// index of the table, header, placement, values.
    /// </summary>
    public string RowsStatement(ulong first, ulong last, PointKey? after, int limit)
    {
        var range = $" AND device BETWEEN {Sql.Device(first)} AND {Sql.Device(last)}";
        if (after is { } key)
        {
            range += $" AND (device > {Sql.Device(key.Device)} OR (device = {Sql.Device(key.Device)} AND (channel > {Sql.Number(key.Channel)}"
                + $" OR (channel = {Sql.Number(key.Channel)} AND time > {Sql.Number(key.Time)}))))";
        }

        var once = isSettled ? "" : "QUALIFY row_number() OVER (PARTITION BY device, channel, time ORDER BY ord DESC) = 1";
        return $"""
            SELECT * FROM ({string.Join("\nUNION ALL ", Tables.Select((table, index) => Rows(table, index, range)))})
            {once}
            ORDER BY device, channel, time LIMIT {Sql.Number(limit)}
            """;
    }

    private static PointGroup GroupOf(DayTable table) => table.Kind switch
    {
        TableKind.Reading => new(PointKind.Reading, table.SectorName),
        TableKind.Event => new(PointKind.Event, table.SectorName),
        TableKind.Boot => new(PointKind.Boot, ""),
        _ => new(PointKind.Acknowledgement, ""),
    };

    private string Union(string columns) =>
        string.Join("\nUNION ALL ", Tables.Select(table => $"SELECT {columns} FROM {table.Source} WHERE {condition}"));

    private string Rows(DayTable table, int index, string range)
    {
        var own = RawSchemas.ColumnsOf(table).Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var values = string.Concat(Columns.Select(column => own.Contains(column) ? ", " + Sql.Name(column) : $", NULL::BIGINT AS {Sql.Name(column)}"));
        return $"""
            SELECT {Sql.Number(index)} AS part, device, channel, time, flags, quality, boot, seq, sample, ord, site, area, model{values}
            FROM {table.PlacedSource} WHERE {condition}{range}
            """;
    }
}
