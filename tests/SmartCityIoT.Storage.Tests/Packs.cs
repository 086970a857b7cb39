using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests;

/// <summary>The sector packs that ship with the project.</summary>
internal static class Packs
{
    public static SectorCatalog Catalog { get; } = new([Load("traffic"), Load("water"), Load("lighting")]);

    public static SectorSchema Schema(string sector) => Catalog.PackNamed(sector)!.Schemas[^1];

    public static SectorField Field(string sector, string name) => Schema(sector).FieldNamed(name)!;

    private static SectorPack Load(string sector) =>
        SectorPackReader.Parse(sector, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "packs", sector, "pack.json")));
}
