using System.Runtime.CompilerServices;
using DuckDB.NET.Data;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Every row of a range, in many short questions: a few devices of one day at a time, so that a read of years holds neither memory nor the
/// file's checkpoints for longer than one of them takes.
/// </summary>
internal sealed class RawQuery(EmbeddedStore store, SectorCatalog catalog, int rowsAtOnce = RawQuery.RowsAtOnce) : IRawRows
{
    /// <summary>Rows of one question: some 20 MB. Fewer would make more scans of a large day.</summary>
    public const int RowsAtOnce = 50_000;

    public async IAsyncEnumerable<StoredPoint> ReadAsync(RangeQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var schemas = new RawSchemas(catalog);
        foreach (var (day, group) in await GroupsAsync(question, cancellationToken).ConfigureAwait(false))
        {
            var devices = await AskAsync<(ulong, long)>(
                day, group, question, source => source.DevicesStatement, _ => row => (row.GetFieldValue<ulong>(0), row.GetInt64(1)), cancellationToken).ConfigureAwait(false);
            foreach (var (first, last) in Batches(devices))
            {
                for (PointKey? after = null; ;)
                {
                    var (from, to, behind) = (first, last, after);
                    var points = await AskAsync<StoredPoint>(
                        day,
                        group,
                        question,
                        source => source.RowsStatement(from, to, behind, rowsAtOnce),
                        source => new RawRowReader(source, schemas).Read,
                        cancellationToken).ConfigureAwait(false);
                    foreach (var point in points) yield return point;
                    if (points.Count < rowsAtOnce) break;
                    after = points[^1].Key;
                }
            }
        }
    }

    public async Task<IReadOnlyList<RowCount>> CountAsync(RangeQuestion question, CancellationToken cancellationToken)
    {
        var counts = new List<RowCount>();
        foreach (var (day, group) in await GroupsAsync(question, cancellationToken).ConfigureAwait(false))
        {
            var rows = await AskAsync<long>(
                day, group, question, source => source.CountStatement, _ => row => row.GetInt64(0), cancellationToken).ConfigureAwait(false);
            if (rows is [> 0 and var count]) counts.Add(new RowCount(day, group, count));
        }

        return counts;
    }

    private Task<IReadOnlyList<(long Day, PointGroup Group)>> GroupsAsync(RangeQuestion question, CancellationToken cancellationToken) =>
        store.AskAsync((open, _, _) => RawQuerySource.GroupsIn(open.Tables, question), cancellationToken);

    /// <summary>Asks over the tables as they are at that moment: a day may be closed, or dropped as too old, between two questions.</summary>
    private Task<List<T>> AskAsync<T>(
        long day,
        PointGroup group,
        RangeQuestion question,
        Func<RawQuerySource, string> statement,
        Func<RawQuerySource, Func<DuckDBDataReader, T>> row,
        CancellationToken cancellationToken) =>
        store.AskAsync(
            (open, reader, token) => RawQuerySource.Of(open.Tables, day, group, question) is { } source
                ? Sql.Read(reader, statement(source), row(source), token)
                : [],
            cancellationToken);

    /// <summary>Neighbours among the devices that have no more rows together than one question answers; a device with more stands alone.</summary>
    private IEnumerable<(ulong First, ulong Last)> Batches(List<(ulong Device, long Rows)> devices)
    {
        var total = 0L;
        var first = 0;
        for (var index = 0; index < devices.Count; index++)
        {
            if (index > first && total + devices[index].Rows >= rowsAtOnce)
            {
                yield return (devices[first].Device, devices[index - 1].Device);
                (first, total) = (index, 0);
            }

            total += devices[index].Rows;
        }

        if (first < devices.Count) yield return (devices[first].Device, devices[^1].Device);
    }
}
