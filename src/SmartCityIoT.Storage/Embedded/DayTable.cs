using System.Globalization;
using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// One table of the database, or one file of a closed day: the rows of one kind, sector schema and UTC day, or a part of them when the schema's
/// fields changed on that day, or when some came after the day was closed.
/// </summary>
/// <param name="Day">Days since the Unix epoch, of the samples' times.</param>
/// <param name="Part">1, 2, …</param>
/// <param name="Fields">See <see cref="TableLayout.Fields"/>.</param>
internal sealed record DayTable(string Name, TableKind Kind, string SectorName, byte Schema, long Day, int Part, string Fields)
{
    public const string CreateStatement = """
        CREATE TABLE tele.main.day_table (
            name VARCHAR NOT NULL, kind VARCHAR NOT NULL, sector VARCHAR NOT NULL, schema INTEGER NOT NULL,
            day BIGINT NOT NULL, part INTEGER NOT NULL, fields VARCHAR NOT NULL)
        """;

    public const string SelectStatement = "SELECT name, kind, sector, schema, day, part, fields FROM tele.main.day_table";

    /// <summary>The last day that a calendar date can name.</summary>
    public const long LastDate = 2_932_896;

    /// <summary>The Parquet file that holds the rows, or null where they lie in a table.</summary>
    public DayFile? File { get; init; }

    /// <summary>Full path of <see cref="File"/>.</summary>
    public string? FilePath { get; init; }

    /// <summary>Is being written as a file: rows that come now belong to another part.</summary>
    public bool IsClosing { get; init; }

    public string Qualified => Sql.Table(Name);

    /// <summary>What a question reads the rows from, as it stands behind FROM.</summary>
    public string Source => FilePath is null ? Qualified : $"read_parquet({Sql.Text(FilePath)})";

    /// <summary>The rows with <c>site, area, model</c> in words, which files have, in the place of <c>tags</c>, which only tables have.</summary>
    public string PlacedSource => FilePath is not null ? Source : $"""
        (SELECT t.* EXCLUDE (tags), coalesce(p.site, '') AS site, coalesce(p.area, '') AS area, coalesce(p.model, '') AS model
        FROM {Qualified} t LEFT JOIN tele.main.series_tags p ON p.id = t.tags)
        """;

    public string InsertStatement => $"""
        INSERT INTO tele.main.day_table VALUES (
            {Sql.Text(Name)}, {Sql.Text(Kind.ToString())}, {Sql.Text(SectorName)}, {Schema}, {Sql.Number(Day)}, {Part}, {Sql.Text(Fields)})
        """;

    public static DayTable For(TableLayout layout, long day, int part)
    {
        var date = day is >= 0 and <= LastDate
            ? DateTime.UnixEpoch.AddDays(day).ToString("yyyyMMdd", CultureInfo.InvariantCulture)
            : "d" + Sql.Number(day);
        var sector = layout.Kind == TableKind.Reading || layout.Schema.SectorName.Length == 0 ? "" : "_" + layout.Schema.SectorName;
        var name = FormattableString.Invariant($"{layout.Measurement}{sector}_{layout.Schema.Number}_{date}_{part}");
        return new DayTable(name, layout.Kind, layout.Schema.SectorName, layout.Schema.Number, day, part, layout.Fields);
    }

    public static DayTable Read(DuckDBDataReader row) => new(
        row.GetString(0),
        Enum.Parse<TableKind>(row.GetString(1)),
        row.GetString(2),
        (byte)row.GetInt32(3),
        row.GetInt64(4),
        row.GetInt32(5),
        row.GetString(6));

    /// <summary>Files with the same columns read as one, which is planned once however many they are.</summary>
    public static string SourceOf(IEnumerable<DayTable> files) => $"read_parquet([{string.Join(',', files.Select(file => Sql.Text(file.FilePath!)))}])";

    /// <summary>Whether rows of this layout and day belong here.</summary>
    public bool Takes(TableLayout layout, long day) =>
        File is null && !IsClosing && Day == day && IsOf(layout, day) && Fields == layout.Fields;

    /// <summary>Whether this is a part of the same kind, sector schema and day.</summary>
    public bool IsOf(TableLayout layout, long day) =>
        Day == day && Kind == layout.Kind && Schema == layout.Schema.Number && SectorName == layout.Schema.SectorName;
}
