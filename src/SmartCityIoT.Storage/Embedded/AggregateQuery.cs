using System.Globalization;
using DuckDB.NET.Data;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>One figure per interval of one field over all channels of a set of devices.</summary>
internal static class AggregateQuery
{
    public static AggregateAnswer Run(
        IReadOnlyList<DayTable> tables, DuckDBConnection reader, AggregateQuestion question, CancellationToken cancellationToken)
    {
        question.Check();
        var source = new FieldSource(tables, question.Sector, question.Field.Name, question.From, question.To);
        if (source.IsEmpty || question.Devices.Count == 0) return new AggregateAnswer([]);

        // The devices are named once, as a table to join with: a list in every part of the union would be planned as often.
        var points = Sql.Read(
            reader,
            $"""
            WITH asked AS MATERIALIZED (SELECT DISTINCT unnest([{string.Join(',', question.Devices)}]::UBIGINT[]) AS device)
            SELECT {FieldSource.Bucket(FieldSource.Microseconds(question.IntervalMs))} AS bucket, {Figure(question.Aggregate)}, count(*) FROM (
                {source.Samples("device IN (SELECT device FROM asked)", "device, channel, time")})
            GROUP BY bucket ORDER BY bucket
            """,
            Point,
            cancellationToken);
        return new AggregateAnswer(points);

        AggregatePoint Point(DuckDBDataReader row)
        {
            var count = row.GetInt64(2);
            var value = question.Aggregate.Kind switch
            {
                AggregateKind.Mean => source.Sum(row.GetDouble(1)) / count,
                AggregateKind.Sum => source.Sum(row.GetDouble(1)),
                _ => source.Physical(row, 1),
            };
            return new AggregatePoint(row.GetInt64(0) / 1000, value, count);
        }
    }

    private static string Figure(Aggregate aggregate) => aggregate.Kind switch
    {
        AggregateKind.Minimum => "min(v)",
        AggregateKind.Maximum => "max(v)",
        AggregateKind.Percentile => $"list_sort(list(v))[{Place(aggregate.Rank)}]",
        _ => "sum(v)::DOUBLE",
    };

    // DuckDB's own quantile_disc rounds another way than InfluxQL.
    private static string Place(double rank) =>
        $"least(count(*), greatest(1, floor(count(*)::DOUBLE * {rank.ToString("R", CultureInfo.InvariantCulture)}::DOUBLE / 100 + 0.5)))::BIGINT";
}
