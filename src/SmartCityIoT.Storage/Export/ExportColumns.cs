using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Export;

/// <summary>The columns of a table of readings: what every reading has, with the fields of its sectors in the middle, each with its unit.</summary>
internal sealed class ExportColumns
{
    private static readonly string[] Before = ["time", "device", "channel", "sector", "site", "area", "model"];
    private static readonly string[] After = ["quality", "flags", "boot", "seq", "sample"];

    private readonly Dictionary<(string Sector, string Field), int> places = [];
    private readonly List<string> fields = [];
    private readonly List<bool> areIntegers = [];

    public ExportColumns(IEnumerable<SectorPack> packs)
    {
        foreach (var pack in packs)
        {
            foreach (var field in pack.Schemas.SelectMany(schema => schema.Fields).Where(field => field.Role != FieldRole.Channel)) Add(pack.Name, field);
        }
    }

    /// <summary>Number of the columns in the middle.</summary>
    public int Fields => fields.Count;

    public IEnumerable<string> Headers => [.. Before, .. fields, .. After];

    /// <summary>Columns with their types in DuckDB. A decimal is the double that is nearest to it.</summary>
    public IEnumerable<(string Header, string Type)> Typed =>
    [
        ("time", "TIMESTAMPTZ"), ("device", "VARCHAR"), ("channel", "INTEGER"), .. Before[3..].Select(name => (name, "VARCHAR")),
        .. fields.Zip(areIntegers, (header, isInteger) => (header, isInteger ? "BIGINT" : "DOUBLE")),
        ("quality", "VARCHAR"), ("flags", "VARCHAR"), ("boot", "UTINYINT"), ("seq", "USMALLINT"), ("sample", "UTINYINT"),
    ];

    /// <summary>Place of a field among those in the middle.</summary>
    /// <exception cref="StoreCopyException">No pack knows the field any more.</exception>
    public int PlaceOf(string sector, string field) => places.TryGetValue((sector, field), out var place)
        ? place
        : throw new StoreCopyException($"the sector pack of {sector} does not know the field {field} any more: export as lp, or bring the field back into the pack");

    private void Add(string sector, SectorField field)
    {
        var header = field.Unit is "1" or "" ? field.Name : $"{field.Name} [{field.Unit}]";
        var isInteger = field.Scale is { Digits: 0, Multiplier: 1 };
        var place = fields.IndexOf(header);
        if (place < 0)
        {
            place = fields.Count;
            fields.Add(header);
            areIntegers.Add(true);
        }

        areIntegers[place] &= isInteger;
        places[(sector, field.Name)] = place;
    }
}
