using DuckDB.NET.Data;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>The newest reading of every device and channel, from the newest day backwards.</summary>
internal static class LastValuesQuery
{
    // The header columns of an answer, before the values.
    private const int FirstValue = 8;

    public static IReadOnlyCollection<StoredReading> Run(
        IReadOnlyList<DayTable> tables, DuckDBConnection reader, SectorCatalog catalog, long firstDay, CancellationToken cancellationToken)
    {
        var newest = new Dictionary<(ulong Device, int Channel), (StoredReading Reading, long Order)>();
        foreach (var table in tables.Where(table => table.Kind == TableKind.Reading && table.Day >= firstDay))
        {
            if (catalog.PackNamed(table.SectorName)?.Schemas.MaxBy(schema => schema.Number) is not { } schema) continue;
            foreach (var candidate in Newest(reader, table, schema, cancellationToken))
            {
                var key = (candidate.Reading.Device, candidate.Reading.Channel);
                if (!newest.TryGetValue(key, out var known) || IsNewer(candidate, known)) newest[key] = candidate;
            }
        }

        return [.. newest.Values.Select(entry => entry.Reading)];
    }

    private static bool IsNewer((StoredReading Reading, long Order) candidate, (StoredReading Reading, long Order) known) =>
        (candidate.Reading.TimeMicroseconds, candidate.Order).CompareTo((known.Reading.TimeMicroseconds, known.Order)) > 0;

    // The newest time per series first, over three columns, and only then the whole rows: a window over all columns would sort them.
    private static List<(StoredReading Reading, long Order)> Newest(
        DuckDBConnection reader, DayTable table, SectorSchema schema, CancellationToken cancellationToken)
    {
        var columns = new List<(int Bit, string Name)>();
        foreach (var stored in TableLayout.ParseFields(table.Fields))
        {
            var field = schema.Fields.FirstOrDefault(known => TableLayout.ColumnName(known.Name) == stored.Name);
            if (field is not null) columns.Add((field.Bit, stored.Name));
        }

        return Sql.Read(
            reader,
            $"""
            SELECT t.device, t.channel, t.time, t.flags, t.quality, t.boot, t.seq, t.ord{string.Concat(columns.Select(column => ", t." + Sql.Name(column.Name)))}
            FROM {table.Source} t
            JOIN (SELECT device, channel, max(time) AS time FROM {table.Source} GROUP BY device, channel) newest USING (device, channel, time)
            QUALIFY row_number() OVER (PARTITION BY t.device, t.channel ORDER BY t.ord DESC) = 1
            """,
            row => (ToReading(row, schema, columns), row.GetInt64(7)),
            cancellationToken);
    }

    private static StoredReading ToReading(DuckDBDataReader row, SectorSchema schema, List<(int Bit, string Name)> columns)
    {
        var raw = new long[Frame.FieldSlots];
        var presence = 0u;
        for (var index = 0; index < columns.Count; index++)
        {
            if (row.IsDBNull(FirstValue + index)) continue;
            raw[columns[index].Bit] = row.GetInt64(FirstValue + index);
            presence |= 1u << columns[index].Bit;
        }

        return new StoredReading
        {
            Device = row.GetFieldValue<ulong>(0),
            Schema = schema,
            Channel = row.GetInt32(1),
            TimeMicroseconds = row.GetInt64(2),
            Presence = presence,
            Raw = raw,
            Flags = (FrameFlags)row.GetByte(3),
            Quality = (Quality)row.GetByte(4),
            Boot = row.GetByte(5),
            Sequence = row.GetFieldValue<ushort>(6),
        };
    }
}
