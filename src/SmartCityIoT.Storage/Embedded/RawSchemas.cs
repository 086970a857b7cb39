using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// The layout of each table's fields: the sector pack's own where it still says the same, else the one that was kept with the table, so that rows
/// can be read whose pack changed or is gone. Schemas and placements are one instance each, since writers know a series by them.
/// </summary>
internal sealed class RawSchemas(SectorCatalog catalog)
{
    private readonly Dictionary<(string Sector, byte Number, string Fields), SectorSchema> known = [];
    private readonly Dictionary<(string Site, string Area, string Model), SeriesTags> placements = [];

    /// <summary>Value columns of a table, with the bit of each in <see cref="StoredPoint.Raw"/>.</summary>
    public static IReadOnlyList<TableColumn> ColumnsOf(DayTable table) => table.Kind == TableKind.Reading
        ? TableLayout.ParseFields(table.Fields)
        : TableLayout.For(table.Kind, SectorSchema.None).Values;

    public SectorSchema Of(DayTable table)
    {
        if (table.Kind is TableKind.Boot or TableKind.Acknowledgement || table.SectorName.Length == 0) return SectorSchema.None;
        var key = (table.SectorName, table.Schema, table.Fields);
        if (!known.TryGetValue(key, out var schema)) known[key] = schema = InPack(table) ?? AsKept(table);
        return schema;
    }

    public SeriesTags Placement(string site, string area, string model)
    {
        if (!placements.TryGetValue((site, area, model), out var tags)) placements[(site, area, model)] = tags = new SeriesTags(site, area, model);
        return tags;
    }

    private SectorSchema? InPack(DayTable table) => catalog.PackNamed(table.SectorName)?.Schemas
        .FirstOrDefault(schema => schema.Number == table.Schema && TableLayout.For(table.Kind, schema).Fields == table.Fields);

    private SectorSchema AsKept(DayTable table) => new(
        catalog.PackNamed(table.SectorName)?.Sector ?? 0,
        table.SectorName,
        table.Schema,
        [
            .. TableLayout.ParseNames(table.Fields).Select(field => new SectorField
            {
                Bit = field.Bit,
                Name = field.Name,
                Type = RawType.U64,
                Scale = field.Scale,
                Unit = "1",
                LabelVi = field.Name,
                LabelEn = field.Name,
            }),
        ]);
}
