using System.Globalization;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>What the rows of a table are.</summary>
internal enum TableKind : byte
{
    Reading,
    Event,
    Boot,
    Acknowledgement,
}

/// <summary>A value column: raw integers of one field.</summary>
/// <param name="Bit">Bit that says in a row's presence whether the value was measured.</param>
internal readonly record struct TableColumn(string Name, int Bit, DecimalScale Scale);

/// <summary>
/// Columns of the tables of one kind and sector schema: those that every table has, then one BIGINT per value. Values are raw, so that
/// nothing is rounded, and BIGINT whatever their type on the wire: a value that a codec lets grow beyond its type cannot make a whole
/// flush fail, and compressed blocks take no more room for it.
/// </summary>
internal sealed class TableLayout
{
    /// <summary>Columns of every table, in the order of <see cref="RowBuffer"/>'s header.</summary>
    public const string HeaderColumns = """
        device UBIGINT NOT NULL, channel INTEGER NOT NULL, time BIGINT NOT NULL, flags UTINYINT NOT NULL, quality UTINYINT NOT NULL,
        boot UTINYINT NOT NULL, seq USMALLINT NOT NULL, sample UTINYINT NOT NULL, tags INTEGER NOT NULL, ord BIGINT NOT NULL
        """;

    private static readonly HashSet<string> HeaderNames = new(
        ["device", "channel", "time", "flags", "quality", "boot", "seq", "sample", "tags", "ord", "site", "area", "model"], StringComparer.OrdinalIgnoreCase);

    private TableLayout(TableKind kind, SectorSchema schema, string measurement, IReadOnlyList<TableColumn> values)
    {
        Kind = kind;
        Schema = schema;
        Measurement = measurement;
        Values = values;
        Fields = Describe(schema.Fields);
    }

    public TableKind Kind { get; }

    public SectorSchema Schema { get; }

    /// <summary>What the table's name begins with, and what other stores call the measurement.</summary>
    public string Measurement { get; }

    public IReadOnlyList<TableColumn> Values { get; }

    /// <summary>
    /// The schema's fields as <c>bit:name:multiplier:digits</c>, joined by commas: kept with each table, so that its values can be
    /// explained whatever the packs of a later day say. A table is used again only while this is the same.
    /// </summary>
    public string Fields { get; }

    public static TableLayout For(TableKind kind, SectorSchema schema) => kind switch
    {
        TableKind.Reading => new(kind, schema, schema.SectorName, ColumnsOf(schema.Fields.Where(field => field.Role != FieldRole.Channel))),
        TableKind.Event => new(kind, schema, "device_event", Plain("code", "severity", "field", "value", "threshold")),
        TableKind.Boot => new(kind, schema, "device_boot", Plain(
            "firmware_major", "firmware_minor", "firmware_patch", "hardware_revision", "reset_cause", "previous_uptime", "backlog")),
        _ => new(kind, schema, "device_ack", Plain("command_id", "result", "detail")),
    };

    /// <summary>The column of a field: its name, unless that is one of the columns of every table.</summary>
    public static string ColumnName(string field) => HeaderNames.Contains(field) ? field + "_value" : field;

    /// <summary>Reads what <see cref="Fields"/> wrote.</summary>
    public static IReadOnlyList<TableColumn> ParseFields(string fields) =>
        [.. ParseNames(fields).Select(field => field with { Name = ColumnName(field.Name) })];

    /// <summary>Reads what <see cref="Fields"/> wrote, with the names of the fields and not of their columns.</summary>
    public static IReadOnlyList<TableColumn> ParseNames(string fields) =>
        [.. fields.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(ParseField)];

    public string CreateStatement(string table) =>
        $"CREATE TABLE {Sql.Table(table)} ({HeaderColumns}{string.Concat(Values.Select(value => $", {Sql.Name(value.Name)} BIGINT"))})";

    private static string Describe(IReadOnlyList<SectorField> fields) => string.Join(',', fields
        .Where(field => field.Role != FieldRole.Channel)
        .Select(field => FormattableString.Invariant($"{field.Bit}:{field.Name}:{field.Scale.Multiplier}:{field.Scale.Digits}")));

    private static TableColumn ParseField(string field)
    {
        var parts = field.Split(':');
        return new TableColumn(parts[1], Int(parts[0]), new DecimalScale(Int(parts[2]), Int(parts[3])));

        static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    private static TableColumn[] ColumnsOf(IEnumerable<SectorField> fields) =>
        [.. fields.Select(field => new TableColumn(ColumnName(field.Name), field.Bit, field.Scale))];

    private static TableColumn[] Plain(params string[] names) =>
        [.. names.Select((name, bit) => new TableColumn(name, bit, DecimalScale.One))];
}
