using DuckDB.NET.Data;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>Readings of a sector by device, a sample that was written again counting once.</summary>
internal static class CountsQuery
{
    public static IReadOnlyList<DeviceCount> Run(
        IReadOnlyList<DayTable> tables, DuckDBConnection reader, CountsQuestion question, CancellationToken cancellationToken)
    {
        var (from, to) = (FieldSource.Microseconds(question.From), FieldSource.Microseconds(question.To));
        var days = FieldSource.Days(tables, question.Sector, from, to).ToArray();
        if (from >= to || days.Length == 0) return [];
        var samples = string.Join("\nUNION ALL ", days.Select(table =>
            $"SELECT device, channel, time FROM {table.Source} WHERE time >= {Sql.Number(from)} AND time < {Sql.Number(to)}"));
        return Sql.Read(
            reader,
            $"SELECT device, count(*) FROM (SELECT DISTINCT device, channel, time FROM ({samples})) GROUP BY device ORDER BY device",
            row => new DeviceCount(row.GetFieldValue<ulong>(0), row.GetInt64(1)),
            cancellationToken);
    }
}
