namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>What becomes one file: all parts of a day that have the same columns.</summary>
internal readonly record struct DayGroup(TableKind Kind, string Sector, byte Schema, long Day, string Fields)
{
    public static DayGroup Of(DayTable table) => new(table.Kind, table.SectorName, table.Schema, table.Day, table.Fields);
}
