using System.Diagnostics.CodeAnalysis;

namespace SmartCityIoT.Telemetry.Sectors;

/// <summary>All sectors that this process can decode, looked up by the two bytes of a frame's header. Immutable.</summary>
public sealed class SectorCatalog
{
    /// <summary>Sector 0: boot and acknowledgement frames of the device itself, without measured fields.</summary>
    private static readonly SectorSchema SystemSchema = new(0, "system", 1, []);

    private readonly SectorSchema?[] schemas = new SectorSchema?[256 * 256];
    private readonly bool[] known = new bool[256];

    /// <exception cref="SectorPackException">Two packs claim one number or one name.</exception>
    public SectorCatalog(IReadOnlyList<SectorPack> packs)
    {
        Packs = packs;
        Add(SystemSchema);
        foreach (var pack in packs)
        {
            if (known[pack.Sector] || packs.Count(other => other.Name == pack.Name) > 1)
            {
                throw new SectorPackException($"Two sector packs claim the number {pack.Sector} or the name \"{pack.Name}\".");
            }

            foreach (var schema in pack.Schemas) Add(schema);
        }
    }

    /// <summary>The packs that the catalog was built from, without the system sector.</summary>
    public IReadOnlyList<SectorPack> Packs { get; }

    public bool KnowsSector(byte sector) => known[sector];

    public bool TryGetSchema(byte sector, byte schema, [NotNullWhen(true)] out SectorSchema? found)
    {
        found = schemas[(sector << 8) | schema];
        return found is not null;
    }

    /// <summary>The pack of that name, or null.</summary>
    public SectorPack? PackNamed(string name) => Packs.FirstOrDefault(pack => pack.Name == name);

    private void Add(SectorSchema schema)
    {
        known[schema.Sector] = true;
        schemas[(schema.Sector << 8) | schema.Number] = schema;
    }
}
