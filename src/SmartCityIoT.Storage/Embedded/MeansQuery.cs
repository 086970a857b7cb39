using DuckDB.NET.Data;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>Means per interval of one field over all channels of a set of devices.</summary>
internal static class MeansQuery
{
    public static MeansAnswer Run(IReadOnlyList<DayTable> tables, DuckDBConnection reader, MeansQuestion question, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(question.IntervalMs, 1);
        var source = new FieldSource(tables, question.Sector, question.Field.Name, question.From, question.To);
        if (source.IsEmpty || question.Devices.Count == 0) return new MeansAnswer([]);

        // The devices are named once, as a table to join with: a list in every part of the union would be planned as often.
        var points = Sql.Read(
            reader,
            $"""
            WITH asked AS MATERIALIZED (SELECT DISTINCT unnest([{string.Join(',', question.Devices)}]::UBIGINT[]) AS device)
            SELECT {FieldSource.Bucket(FieldSource.Microseconds(question.IntervalMs))} AS bucket, sum(v)::DOUBLE, count(*) FROM (
                SELECT time, arg_max_null(v, ord) AS v FROM (
                {source.Union("device IN (SELECT device FROM asked)")}
                ) GROUP BY device, channel, time HAVING arg_max_null(v, ord) IS NOT NULL)
            GROUP BY bucket ORDER BY bucket
            """,
            row => new MeansPoint(row.GetInt64(0) / 1000, source.Mean(row.GetDouble(1), row.GetInt64(2)), row.GetInt64(2)),
            cancellationToken);
        return new MeansAnswer(points);
    }
}
