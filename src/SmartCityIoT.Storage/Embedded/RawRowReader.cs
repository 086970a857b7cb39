using DuckDB.NET.Data;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>Makes points of the rows of <see cref="RawQuerySource.RowsStatement"/>.</summary>
internal sealed class RawRowReader
{
    // The columns of an answer before the values: part, header, order, placement.
    private const int FirstValue = 13;

    private readonly RawQuerySource source;
    private readonly RawSchemas schemas;

    // By table: column of the answer and the bit that it goes to.
    private readonly (int Column, int Bit)[][] columns;
    private readonly int[] lengths;

    public RawRowReader(RawQuerySource source, RawSchemas schemas)
    {
        this.source = source;
        this.schemas = schemas;
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in source.Columns) places.Add(column, FirstValue + places.Count);
        columns = [.. source.Tables.Select(table => RawSchemas.ColumnsOf(table).Select(column => (places[column.Name], column.Bit)).ToArray())];
        lengths = [.. columns.Select(table => table.Select(column => column.Bit + 1).DefaultIfEmpty(0).Max())];
    }

    public StoredPoint Read(DuckDBDataReader row)
    {
        var part = row.GetInt32(0);
        var raw = new long[lengths[part]];
        var presence = 0u;
        foreach (var (column, bit) in columns[part])
        {
            if (row.IsDBNull(column)) continue;
            raw[bit] = row.GetInt64(column);
            presence |= 1u << bit;
        }

        return new StoredPoint
        {
            Kind = source.Group.Kind,
            Origin = new ReadingOrigin(
                row.GetFieldValue<ulong>(1),
                row.GetInt64(3),
                (FrameFlags)row.GetByte(4),
                (Quality)row.GetByte(5),
                row.GetByte(6),
                row.GetFieldValue<ushort>(7),
                row.GetByte(8)),
            Schema = schemas.Of(source.Tables[part]),
            Channel = row.GetInt32(2),
            Tags = schemas.Placement(row.GetString(10), row.GetString(11), row.GetString(12)),
            Presence = source.Group.Kind == PointKind.Reading ? presence : 0,
            Raw = raw,
        };
    }
}
