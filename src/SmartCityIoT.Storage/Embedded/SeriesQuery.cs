using DuckDB.NET.Data;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>One field of one series: raw where it fits into the points asked for, else in buckets.</summary>
internal static class SeriesQuery
{
    public static SeriesAnswer Run(IReadOnlyList<DayTable> tables, DuckDBConnection reader, SeriesQuestion question, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(question.Points, 1);
        var source = new FieldSource(tables, question.Sector, question.Field.Name, question.From, question.To);
        if (source.IsEmpty) return new SeriesAnswer(0, []);

        // Whether the samples fit shows only when they have been read: both answers come from one reading of them.
        var interval = BucketInterval.For(question.From, question.To, question.Points);
        var rows = Sql.Read(
            reader,
            $"""
            WITH samples AS MATERIALIZED ({source.Samples($"device = {Sql.Device(question.Device)} AND channel = {question.Channel}", "time")}),
                 size AS MATERIALIZED (SELECT count(*) <= {question.Points} AS fits FROM samples)
            SELECT true AS raw, time AS bucket, v AS low, v::DOUBLE AS total, v AS high, 1::BIGINT AS n, quality FROM samples WHERE (SELECT fits FROM size)
            UNION ALL
            SELECT false, {FieldSource.Bucket(FieldSource.Microseconds(interval))} AS bucket, min(v), sum(v)::DOUBLE, max(v), count(*), bit_or(quality)
            FROM samples WHERE NOT (SELECT fits FROM size) GROUP BY bucket
            ORDER BY bucket
            """,
            row => (IsRaw: row.GetBoolean(0), Point: Point(row)),
            cancellationToken);
        return new SeriesAnswer(rows.Count == 0 || rows[0].IsRaw ? 0 : interval, [.. rows.Select(row => row.Point)]);

        SeriesPoint Point(DuckDBDataReader row)
        {
            var (low, high) = (source.Physical(row, 2), source.Physical(row, 4));
            var count = row.GetInt64(5);
            return new SeriesPoint(Milliseconds(row.GetInt64(1)), low, count == 1 ? low : source.Sum(row.GetDouble(3)) / count, high, count, (Quality)row.GetByte(6));
        }
    }

    // The floor, also before 1970.
    private static long Milliseconds(long microseconds) => Math.DivRem(microseconds, 1000, out var rest) - (rest < 0 ? 1 : 0);
}
