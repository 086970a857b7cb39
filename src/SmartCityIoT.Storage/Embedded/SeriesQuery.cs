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

        // arg_max_null, since arg_max passes over a last row whose value is NULL and would bring an older one back.
        var values = $"""
            SELECT time, arg_max_null(v, ord) AS v, arg_max(quality, ord) AS quality FROM (
            {source.Union($"device = {Sql.Device(question.Device)} AND channel = {question.Channel}")}
            ) GROUP BY time HAVING arg_max_null(v, ord) IS NOT NULL
            """;
        var raw = Sql.Read(reader, $"SELECT time, v, quality FROM ({values}) ORDER BY time LIMIT {question.Points + 1L}", Raw, cancellationToken);
        if (raw.Count <= question.Points) return new SeriesAnswer(0, raw);

        var interval = BucketInterval.For(question.From, question.To, question.Points);
        var buckets = Sql.Read(
            reader,
            $"""
            SELECT {FieldSource.Bucket(FieldSource.Microseconds(interval))} AS bucket, min(v), sum(v)::DOUBLE, max(v), count(*), bit_or(quality)
            FROM ({values}) GROUP BY bucket ORDER BY bucket
            """,
            Bucket,
            cancellationToken);
        return new SeriesAnswer(interval, buckets);

        SeriesPoint Raw(DuckDBDataReader row)
        {
            var value = source.Physical(row, 1);
            return new SeriesPoint(Milliseconds(row.GetInt64(0)), value, value, value, 1, (Quality)row.GetByte(2));
        }

        SeriesPoint Bucket(DuckDBDataReader row)
        {
            var count = row.GetInt64(4);
            return new SeriesPoint(
                Milliseconds(row.GetInt64(0)),
                source.Physical(row, 1),
                source.Sum(row.GetDouble(2)) / count,
                source.Physical(row, 3),
                count,
                (Quality)row.GetByte(5));
        }
    }

    // The floor, also before 1970.
    private static long Milliseconds(long microseconds) => Math.DivRem(microseconds, 1000, out var rest) - (rest < 0 ? 1 : 0);
}
