using System.Globalization;
using System.Runtime.CompilerServices;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Every row of a range in InfluxQL: for each day and measurement first how many rows each device has, then a few devices at a time, which are
/// sorted here as the server sorts by time alone. A device with more rows than that comes channel by channel, which needs no sorting.
/// </summary>
/// <remarks>Two rows of one sample under different placements are two rows to InfluxDB, and both are handed out.</remarks>
internal sealed class InfluxRawRows(InfluxQuery query, SectorCatalog catalog, int rowsAtOnce = InfluxRawRows.RowsAtOnce) : IRawRows
{
    /// <summary>Rows that are sorted at once: some 10 MB.</summary>
    public const int RowsAtOnce = 20_000;

    private readonly InfluxRawCounts counts = new(query, catalog);

    public async IAsyncEnumerable<StoredPoint> ReadAsync(RangeQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new InfluxRawRow(catalog);
        foreach (var count in await CountAsync(question, cancellationToken).ConfigureAwait(false))
        {
            var range = InfluxRawRange.Of(question).Within(count.Day);
            foreach (var batch in Batches(await counts.OfSeriesAsync(count.Group, range, question.Devices, cancellationToken).ConfigureAwait(false)))
            {
                var points = RowsAsync(rows, count.Group, range, batch, cancellationToken);
                if (batch.Channel is null) points = SortedAsync(points);
                await foreach (var point in points.ConfigureAwait(false)) yield return point;
            }
        }
    }

    public Task<IReadOnlyList<RowCount>> CountAsync(RangeQuestion question, CancellationToken cancellationToken) =>
        counts.OfDaysAsync(question, cancellationToken);

    private IEnumerable<InfluxRawBatch> Batches(List<(ulong Device, int Channel, long Rows)> series)
    {
        var gathered = new List<ulong>();
        var total = 0L;
        foreach (var device in series.GroupBy(one => one.Device))
        {
            var rows = device.Sum(one => one.Rows);
            if (gathered.Count > 0 && (total + rows > rowsAtOnce || gathered.Count == InfluxQuestions.DevicesPerStatement))
            {
                yield return new InfluxRawBatch([.. gathered], null);
                gathered.Clear();
                total = 0;
            }

            if (rows > rowsAtOnce)
            {
                foreach (var one in device) yield return new InfluxRawBatch([one.Device], one.Channel);
                continue;
            }

            gathered.Add(device.Key);
            total += rows;
        }

        if (gathered.Count > 0) yield return new InfluxRawBatch([.. gathered], null);
    }

    private async IAsyncEnumerable<StoredPoint> RowsAsync(
        InfluxRawRow rows, PointGroup group, InfluxRawRange range, InfluxRawBatch batch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = range.Parameters(group);
        var channel = "";
        if (batch.Channel is { } only)
        {
            channel = " AND \"channel\" = $channel";
            parameters["channel"] = only.ToString(CultureInfo.InvariantCulture);
        }

        var statement = $"SELECT * FROM {query.From(group.Measurement)} WHERE {InfluxRawRange.Filter(group)}{InfluxRawRange.DeviceFilter(batch.Devices)}{channel}";
        var answers = query.StreamAsync(statement, parameters, "u", isChunked: true, cancellationToken).ConfigureAwait(false);
        await foreach (var answer in answers)
        {
            using (answer)
            {
                foreach (var series in InfluxAnswer.SeriesIn(answer.RootElement, group.Measurement, query.Description))
                {
                    var columns = rows.ColumnsOf(series, group);
                    foreach (var row in InfluxAnswer.RowsOf(series))
                    {
                        if (rows.Read(row, columns, group) is { } point) yield return point;
                    }
                }
            }
        }
    }

    private static async IAsyncEnumerable<StoredPoint> SortedAsync(IAsyncEnumerable<StoredPoint> rows)
    {
        var points = new List<StoredPoint>();
        await foreach (var row in rows.ConfigureAwait(false)) points.Add(row);
        foreach (var point in points.OrderBy(point => point.Key)) yield return point;
    }
}
