using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Reads the newest reading of every series back into raw integers.</summary>
internal sealed class InfluxLastValues(InfluxQuery query, SectorCatalog catalog)
{
    private static readonly string[] OriginFields = ["flags", "quality", "boot", "seq"];

    public async IAsyncEnumerable<StoredReading> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var pack in catalog.Packs)
        {
            var schema = pack.Schemas.MaxBy(schema => schema.Number);
            if (schema is null) continue;
            var fields = schema.Fields.Where(field => field.Role != FieldRole.Channel).ToArray();
            var columns = string.Join(", ", OriginFields.Concat(fields.Select(field => field.Name)).Select(InfluxIdentifier.Quote));
            var statement = $"SELECT {columns} FROM {query.From(pack.Name)} GROUP BY \"device\", \"channel\" ORDER BY time DESC LIMIT 1";
            var answers = query.StreamAsync(statement, new Dictionary<string, object>(), "u", isChunked: true, cancellationToken).ConfigureAwait(false);
            await foreach (var answer in answers)
            {
                using (answer)
                {
                    foreach (var series in InfluxAnswer.SeriesIn(answer.RootElement, pack.Name, query.Description))
                    {
                        if (ReadingOf(series, schema, fields) is { } reading) yield return reading;
                    }
                }
            }
        }
    }

    /// <summary>The one row of a series, or null where another program wrote it.</summary>
    private static StoredReading? ReadingOf(JsonElement series, SectorSchema schema, SectorField[] fields)
    {
        var tags = series.GetProperty("tags");
        var row = InfluxAnswer.RowsOf(series).FirstOrDefault();
        if (row.ValueKind != JsonValueKind.Array
            || !DeviceId.TryParse(tags.GetProperty("device").GetString(), out var device)
            || !int.TryParse(tags.GetProperty("channel").GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var channel))
        {
            return null;
        }

        var raw = new long[Frame.FieldSlots];
        var presence = 0u;
        for (var index = 0; index < fields.Length; index++)
        {
            var value = row[1 + OriginFields.Length + index];
            if (value.ValueKind != JsonValueKind.Number) continue;
            var field = fields[index];
            presence |= 1u << field.Bit;
            raw[field.Bit] = RawOf(field, value);
        }

        return new StoredReading
        {
            Device = device,
            Schema = schema,
            Channel = channel,
            TimeMicroseconds = row[0].GetInt64(),
            Presence = presence,
            Raw = raw,
            Flags = (FrameFlags)SmallNumber(row[1]),
            Quality = (Quality)SmallNumber(row[2]),
            Boot = (byte)SmallNumber(row[3]),
            Sequence = (ushort)SmallNumber(row[4]),
        };
    }

    private static long RawOf(SectorField field, JsonElement value) =>
        field.IsInteger && value.TryGetInt64(out var whole) ? whole / field.Scale.Multiplier : field.Scale.ToRaw(value.GetDouble());

    private static long SmallNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
