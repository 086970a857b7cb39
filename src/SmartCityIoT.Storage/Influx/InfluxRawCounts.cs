using System.Text.Json;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Counts rows by <c>quality</c>, which every line of ours has.</summary>
internal sealed class InfluxRawCounts(InfluxQuery query, SectorCatalog catalog)
{
    /// <summary>Rows of each day and group.</summary>
    public async Task<IReadOnlyList<RowCount>> OfDaysAsync(RangeQuestion question, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(long Day, PointGroup Group), long>();
        var range = InfluxRawRange.Of(question);
        if (range.IsEmpty) return [];
        foreach (var (kind, measurement) in Measurements(question))
        {
            // Without ends of its own, a question by days would count through all time.
            if (await EndsAsync(measurement, range, cancellationToken).ConfigureAwait(false) is not { } ends) continue;
            var bySector = kind == PointKind.Event ? ", \"sector\"" : "";
            foreach (var devices in InfluxRawRange.DeviceFilters(question.Devices))
            {
                var statement = $"SELECT count(\"quality\") FROM {query.From(measurement)} WHERE {InfluxRawRange.Filter(default)}{devices} GROUP BY time(1d){bySector} fill(none)";
                using var answer = await query.AskAsync(statement, ends.Parameters(), "u", cancellationToken).ConfigureAwait(false);
                foreach (var series in InfluxAnswer.SeriesIn(answer.RootElement, measurement, query.Description))
                {
                    var sector = kind == PointKind.Reading ? measurement : kind == PointKind.Event ? TagOf(series, "sector") : "";
                    var group = new PointGroup(kind, sector);
                    if (!question.Includes(group)) continue;
                    foreach (var row in InfluxAnswer.RowsOf(series))
                    {
                        var key = (PointKey.DayOf(row[0].GetInt64()), group);
                        counts[key] = counts.GetValueOrDefault(key) + row[1].GetInt64();
                    }
                }
            }
        }

        return
        [
            .. counts.Where(count => count.Value > 0)
                .Select(count => new RowCount(count.Key.Day, count.Key.Group, count.Value))
                .OrderBy(count => count.Day)
                .ThenBy(count => count.Group),
        ];
    }

    /// <summary>Rows of each device and channel, in that order. Rows of another program, without an id of ours, are left out.</summary>
    public async Task<List<(ulong Device, int Channel, long Rows)>> OfSeriesAsync(
        PointGroup group, InfluxRawRange range, IReadOnlyCollection<ulong>? devices, CancellationToken cancellationToken)
    {
        var found = new List<(ulong Device, int Channel, long Rows)>();
        foreach (var filter in InfluxRawRange.DeviceFilters(devices))
        {
            var statement = $"SELECT count(\"quality\") FROM {query.From(group.Measurement)} WHERE {InfluxRawRange.Filter(group)}{filter} GROUP BY \"device\", \"channel\"";
            var answers = query.StreamAsync(statement, range.Parameters(group), "u", isChunked: true, cancellationToken).ConfigureAwait(false);
            await foreach (var answer in answers)
            {
                using (answer)
                {
                    foreach (var series in InfluxAnswer.SeriesIn(answer.RootElement, group.Measurement, query.Description))
                    {
                        if (!InfluxRawRow.TryParse(TagOf(series, "device"), TagOf(series, "channel"), out var device, out var channel)) continue;
                        found.Add((device, channel, InfluxAnswer.RowsOf(series).Sum(row => row[1].GetInt64())));
                    }
                }
            }
        }

        found.Sort();
        return found;
    }

    private IEnumerable<(PointKind Kind, string Measurement)> Measurements(RangeQuestion question)
    {
        foreach (var pack in catalog.Packs.Where(pack => question.Includes(new PointGroup(PointKind.Reading, pack.Name)))) yield return (PointKind.Reading, pack.Name);
        yield return (PointKind.Event, "device_event");
        if (question.Sector is not null) yield break;
        yield return (PointKind.Boot, "device_boot");
        yield return (PointKind.Acknowledgement, "device_ack");
    }

    /// <summary>From the first row to behind the last one, or null where there is none.</summary>
    private async Task<InfluxRawRange?> EndsAsync(string measurement, InfluxRawRange range, CancellationToken cancellationToken)
    {
        var ends = new List<long>();
        foreach (var function in (string[])["first", "last"])
        {
            var statement = $"SELECT {function}(\"quality\") FROM {query.From(measurement)} WHERE {InfluxRawRange.Filter(default)}";
            using var answer = await query.AskAsync(statement, range.Parameters(), "u", cancellationToken).ConfigureAwait(false);
            var row = InfluxAnswer.SeriesIn(answer.RootElement, measurement, query.Description).SelectMany(InfluxAnswer.RowsOf).FirstOrDefault();
            if (row.ValueKind != JsonValueKind.Array) return null;
            ends.Add(row[0].GetInt64());
        }

        return new InfluxRawRange(ends[0], ends[1] + 1);
    }

    private static string TagOf(JsonElement series, string name) =>
        series.TryGetProperty("tags", out var tags) && tags.TryGetProperty(name, out var tag) ? tag.GetString() ?? "" : "";
}
