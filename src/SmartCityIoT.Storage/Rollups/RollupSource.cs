using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>What rollups are made from: the stored readings of an hour, and what is known of the time around it.</summary>
internal sealed class RollupSource(InfluxQuery query, RollupPolicies policies)
{
    private const long NanosecondsPerMs = 1_000_000;

    /// <summary>A field that every reading has.</summary>
    private const string EveryReading = "\"boot\"";

    private static readonly long?[] Nothing = new long?[RollupField.Most];

    /// <summary>Makes sure that a level's rows can be asked for, whether there are any or not.</summary>
    /// <exception cref="StoreUnavailableException">They cannot; the message says what to run on the server where their place is missing.</exception>
    public async Task ProbeAsync(RollupLevel level, CancellationToken cancellationToken)
    {
        const string Any = "any";
        try
        {
            var statement = $"SELECT * FROM {policies.From(level, Any)} LIMIT 1";
            await foreach (var _ in RowsAsync(statement, level.Measurement(Any), 0, 0, cancellationToken).ConfigureAwait(false)) return;
        }
        catch (StoreUnavailableException missing) when (missing.Message.Contains("not found", StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreUnavailableException($"{missing.Message}. Run on the server: {policies.Statement(level)}", missing);
        }
    }

    /// <summary>Start of the hour of the oldest reading of a sector; null where it has none.</summary>
    public async Task<long?> OldestHourAsync(string sector, CancellationToken cancellationToken)
    {
        var statement = $"SELECT first({EveryReading}) FROM {query.From(sector)}";
        await foreach (var (_, row) in RowsAsync(statement, sector, 0, 0, cancellationToken).ConfigureAwait(false)) return RollupLevel.HourOf(row[0].GetInt64() / 1000);
        return null;
    }

    /// <summary>Devices that have a reading in an hour.</summary>
    public async Task<IReadOnlyList<ulong>> DevicesAsync(string sector, long hour, CancellationToken cancellationToken)
    {
        var statement = $"SELECT count({EveryReading}) FROM {query.From(sector)} WHERE time >= $from AND time < $to GROUP BY \"device\"";
        var devices = new List<ulong>();
        await foreach (var (tags, _) in RowsAsync(statement, sector, hour, hour + RollupLevel.HourMs, cancellationToken).ConfigureAwait(false))
        {
            if (DeviceId.TryParse(Tag(tags, "device"), out var device)) devices.Add(device);
        }

        return devices;
    }

    /// <summary>The readings of some devices in an hour, by channel.</summary>
    public async Task<Dictionary<SeriesId, List<RollupReading>>> ReadingsAsync(
        string sector, IReadOnlyList<RollupField> fields, long hour, IEnumerable<ulong> devices, CancellationToken cancellationToken)
    {
        var columns = string.Join(", ", fields.Select(field => InfluxIdentifier.Quote(field.Name)));
        var statement = $"SELECT {columns} FROM {query.From(sector)} WHERE {Of(devices)} AND time >= $from AND time < $to GROUP BY *";
        var found = new Dictionary<SeriesId, List<RollupReading>>();
        var shared = new Dictionary<SeriesTags, SeriesTags>();
        await foreach (var (tags, row) in RowsAsync(statement, sector, hour, hour + RollupLevel.HourMs, cancellationToken).ConfigureAwait(false))
        {
            if (SeriesOf(tags) is not { } series) continue;
            var raw = new long[fields.Count];
            var presence = 0u;
            for (var place = 0; place < fields.Count; place++)
            {
                if (RawOf(fields[place], row[1 + place]) is not { } value) continue;
                raw[place] = value;
                presence |= 1u << place;
            }

            if (!found.TryGetValue(series, out var readings)) found[series] = readings = [];
            readings.Add(new RollupReading(row[0].GetInt64(), Shared(shared, tags), presence, raw));
        }

        return found;
    }

    /// <summary>The counters' last values before an hour: of the readings, and where those have expired, of the hours' rows.</summary>
    public async Task<Dictionary<SeriesId, long?[]>> CountersBeforeAsync(
        string sector, IReadOnlyList<RollupField> fields, long hour, IReadOnlyCollection<ulong> devices, CancellationToken cancellationToken)
    {
        var found = new Dictionary<SeriesId, long?[]>();
        for (var place = 0; place < fields.Count; place++)
        {
            if (!fields[place].IsCumulative) continue;
            await TakeAsync(place, fields[place].Name + "_last", policies.From(RollupLevel.Hour, sector), RollupLevel.Hour.Measurement(sector)).ConfigureAwait(false);
            await TakeAsync(place, fields[place].Name, query.From(sector), sector).ConfigureAwait(false);
        }

        return found;

        async Task TakeAsync(int place, string column, string from, string measurement)
        {
            var statement = $"SELECT last({InfluxIdentifier.Quote(column)}) FROM {from} WHERE {Of(devices)} AND time < $from GROUP BY \"device\", \"channel\"";
            await foreach (var (tags, row) in RowsAsync(statement, measurement, hour, hour, cancellationToken).ConfigureAwait(false))
            {
                if (SeriesOf(tags) is not { } series || RawOf(fields[place], row[1]) is not { } value) continue;
                if (!found.TryGetValue(series, out var values)) found[series] = values = new long?[fields.Count];
                values[place] = value;
            }
        }
    }

    /// <summary>The rows that some devices have for an hour: what is known of each.</summary>
    public async Task<Dictionary<(SeriesId Series, SeriesTags Tags), KnownHour>> HoursAsync(
        string sector, IReadOnlyList<RollupField> fields, long hour, IEnumerable<ulong> devices, CancellationToken cancellationToken)
    {
        var counts = fields.Select(field => field.Name + "_count");
        var lasts = fields.Where(field => field.IsCumulative).Select(field => field.Name + "_last");
        var columns = string.Join(", ", counts.Concat(lasts).Append("minutes").Select(InfluxIdentifier.Quote));
        var statement = $"SELECT {columns} FROM {policies.From(RollupLevel.Hour, sector)} WHERE {Of(devices)} AND time >= $from AND time < $to GROUP BY *";
        var rows = new Dictionary<(SeriesId, SeriesTags), KnownHour>();
        var measurement = RollupLevel.Hour.Measurement(sector);
        await foreach (var (tags, row) in RowsAsync(statement, measurement, hour, hour + RollupLevel.HourMs, cancellationToken).ConfigureAwait(false))
        {
            if (SeriesOf(tags) is not { } series) continue;
            var values = 0L;
            var last = (long?[])Nothing.Clone();
            var column = 1;
            for (var place = 0; place < fields.Count; place++, column++)
            {
                if (row[column].ValueKind == JsonValueKind.Number) values += row[column].GetInt64();
            }

            for (var place = 0; place < fields.Count; place++)
            {
                if (fields[place].IsCumulative) last[place] = RawOf(fields[place], row[column++]);
            }

            rows[(series, TagsOf(tags))] = new KnownHour(values, last, row[column].ValueKind == JsonValueKind.Number && row[column].GetInt64() > 0);
        }

        return rows;
    }

    /// <summary>Hours after <paramref name="hour"/> whose row of a counter begins with a step from that hour: the first that each device has of it.</summary>
    public async Task<IReadOnlyCollection<(ulong Device, long Hour)>> HoursBehindAsync(
        string sector, RollupField field, long hour, IEnumerable<ulong> devices, CancellationToken cancellationToken)
    {
        var statement = $"SELECT first({InfluxIdentifier.Quote(field.Name + "_count")}) FROM {policies.From(RollupLevel.Hour, sector)} "
            + $"WHERE {Of(devices)} AND time >= $from GROUP BY \"device\", \"channel\"";
        var found = new HashSet<(ulong, long)>();
        var measurement = RollupLevel.Hour.Measurement(sector);
        await foreach (var (tags, row) in RowsAsync(statement, measurement, hour + RollupLevel.HourMs, 0, cancellationToken).ConfigureAwait(false))
        {
            if (SeriesOf(tags) is { } series) found.Add((series.Device, row[0].GetInt64() / 1000));
        }

        return found;
    }

    private async IAsyncEnumerable<(JsonElement Tags, JsonElement Row)> RowsAsync(
        string statement, string measurement, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, object> { ["from"] = from * NanosecondsPerMs, ["to"] = to * NanosecondsPerMs };
        await foreach (var answer in query.StreamAsync(statement, parameters, "u", isChunked: true, cancellationToken).ConfigureAwait(false))
        {
            using (answer)
            {
                foreach (var series in InfluxAnswer.SeriesIn(answer.RootElement, measurement, query.Description))
                {
                    var tags = series.TryGetProperty("tags", out var named) ? named : default;
                    foreach (var row in InfluxAnswer.RowsOf(series)) yield return (tags, row);
                }
            }
        }
    }

    /// <summary>The ids are our own hexadecimal digits: nothing in them means anything to a regular expression.</summary>
    private static string Of(IEnumerable<ulong> devices) => $"\"device\" =~ /^({string.Join('|', devices.Select(DeviceId.Format))})$/";

    private static long? RawOf(RollupField field, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number) return null;
        return field.Digits == 0 && value.TryGetInt64(out var whole) ? whole : field.ToRaw(value.GetDouble());
    }

    private static SeriesId? SeriesOf(JsonElement tags) =>
        DeviceId.TryParse(Tag(tags, "device"), out var device) && int.TryParse(Tag(tags, "channel"), NumberStyles.None, CultureInfo.InvariantCulture, out var channel)
            ? new SeriesId(device, channel)
            : null;

    private static SeriesTags TagsOf(JsonElement tags) => new(Tag(tags, "site"), Tag(tags, "area"), Tag(tags, "model"));

    private static SeriesTags Shared(Dictionary<SeriesTags, SeriesTags> shared, JsonElement tags)
    {
        var read = TagsOf(tags);
        if (shared.TryGetValue(read, out var known)) return known;
        shared.Add(read, read);
        return read;
    }

    private static string Tag(JsonElement tags, string name) =>
        tags.ValueKind == JsonValueKind.Object && tags.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
}
