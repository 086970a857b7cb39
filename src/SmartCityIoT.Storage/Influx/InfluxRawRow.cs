using System.Globalization;
using System.Text.Json;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Makes a point of a row of <c>SELECT *</c>. Line protocol does not say which layout a row was written in: it is the newest in which each of its
/// fields exists and each of its values is a whole raw number.
/// </summary>
internal sealed class InfluxRawRow(SectorCatalog catalog)
{
    private static readonly string[] EventMembers = ["code", "severity", "field", "value", "threshold"];

    private static readonly string[] BootMembers =
        ["firmware_major", "firmware_minor", "firmware_patch", "hardware", "reset_cause", "previous_uptime", "backlog"];

    private static readonly string[] AcknowledgementMembers = ["command_id", "result", "detail"];

    private readonly Dictionary<(string Site, string Area, string Model), SeriesTags> placements = [];
    private readonly Dictionary<string, List<SectorSchema>> known = [];

    public static bool TryParse(string? deviceText, string? channelText, out ulong device, out int channel)
    {
        channel = 0;
        return DeviceId.TryParse(deviceText, out device)
            && int.TryParse(channelText, NumberStyles.None, CultureInfo.InvariantCulture, out channel);
    }

    public InfluxRawColumns ColumnsOf(JsonElement series, PointGroup group)
    {
        var names = series.GetProperty("columns").EnumerateArray().Select(column => column.GetString()!).ToList();
        var values = group.Kind switch
        {
            PointKind.Reading => SchemasOf(group.Sector).SelectMany(schema => schema.Fields)
                .Where(field => field.Role != FieldRole.Channel).Select(field => field.Name).Distinct().Where(names.Contains),
            PointKind.Event => EventMembers,
            PointKind.Boot => BootMembers,
            _ => AcknowledgementMembers,
        };
        return new InfluxRawColumns(
            At("device"), At("channel"), At("site"), At("area"), At("model"), At("flags"), At("quality"), At("boot"), At("seq"), At("sample"), At("field_name"))
        {
            Values = [.. values.Select(name => (name, At(name)))],
        };

        int At(string name) => names.IndexOf(name);
    }

    /// <summary>Null where another program wrote the row.</summary>
    public StoredPoint? Read(JsonElement row, InfluxRawColumns columns, PointGroup group)
    {
        if (!TryParse(Text(row, columns.Device), Text(row, columns.Channel), out var device, out var channel)) return null;
        if (columns.Quality < 0 || row[columns.Quality].ValueKind != JsonValueKind.Number) return null;
        var origin = new ReadingOrigin(
            device,
            row[0].GetInt64(),
            (FrameFlags)Whole(row, columns.Flags),
            (Quality)Whole(row, columns.Quality),
            (byte)Whole(row, columns.Boot),
            (ushort)Whole(row, columns.Sequence),
            (byte)Whole(row, columns.Sample));
        var placement = Placement(Text(row, columns.Site), Text(row, columns.Area), Text(row, columns.Model));
        if (group.Kind == PointKind.Reading)
        {
            var (schema, presence, raw) = ValuesOf(row, columns, group.Sector);
            return new StoredPoint { Kind = group.Kind, Origin = origin, Schema = schema, Channel = channel, Tags = placement, Presence = presence, Raw = raw };
        }

        var members = columns.Values.Select(member => Whole(row, member.Column)).ToArray();
        var layout = group.Kind == PointKind.Event ? EventSchema(group.Sector, (int)members[2], Text(row, columns.FieldName)) : SectorSchema.None;
        return new StoredPoint { Kind = group.Kind, Origin = origin, Schema = layout, Channel = channel, Tags = placement, Raw = members };
    }

    private (SectorSchema Schema, uint Presence, long[] Raw) ValuesOf(JsonElement row, InfluxRawColumns columns, string sector)
    {
        var schemas = SchemasOf(sector);

        // At last a value with more digits than a double holds: its nearest raw number, in the newest layout that has the row's fields.
        foreach (var exact in (bool[])[true, false])
        {
            foreach (var schema in schemas)
            {
                if (TryRead(row, columns, schema, exact, out var presence, out var raw)) return (schema, presence, raw);
            }
        }

        return (schemas[0], 0, []);
    }

    private static bool TryRead(JsonElement row, InfluxRawColumns columns, SectorSchema schema, bool exact, out uint presence, out long[] raw)
    {
        presence = 0;
        raw = new long[Frame.FieldSlots];
        foreach (var (name, column) in columns.Values)
        {
            var value = row[column];
            if (value.ValueKind != JsonValueKind.Number) continue;
            if (schema.FieldNamed(name) is not { } field) return false;
            if (!InfluxRawValue.TryExact(value, field.Scale, out raw[field.Bit]))
            {
                if (exact) return false;
                raw[field.Bit] = field.Scale.ToRaw(value.GetDouble());
            }

            presence |= 1u << field.Bit;
        }

        return true;
    }

    private SectorSchema EventSchema(string sector, int bit, string fieldName)
    {
        if (sector.Length == 0) return SectorSchema.None;
        var schemas = SchemasOf(sector);
        return schemas.FirstOrDefault(schema => (schema.FieldAt(bit)?.Name ?? "") == fieldName) ?? schemas[0];
    }

    /// <summary>Layouts of a sector from the newest on. Of a sector without a pack, such as the system's own, there are events and no fields.</summary>
    private List<SectorSchema> SchemasOf(string sector)
    {
        if (known.TryGetValue(sector, out var schemas)) return schemas;
        schemas = [.. (catalog.PackNamed(sector)?.Schemas ?? []).OrderByDescending(schema => schema.Number)];
        if (schemas.Count == 0) schemas.Add(catalog.TryGetSchema(0, 1, out var system) && system.SectorName == sector ? system : new SectorSchema(0, sector, 1, []));
        return known[sector] = schemas;
    }

    private SeriesTags Placement(string site, string area, string model)
    {
        if (!placements.TryGetValue((site, area, model), out var tags)) placements[(site, area, model)] = tags = new SeriesTags(site, area, model);
        return tags;
    }

    private static string Text(JsonElement row, int column) => column < 0 ? "" : row[column].GetString() ?? "";

    private static long Whole(JsonElement row, int column) =>
        column >= 0 && row[column].ValueKind == JsonValueKind.Number && row[column].TryGetInt64(out var number) ? number : 0;
}
