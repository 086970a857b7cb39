using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Sectors;

/// <summary>The sector packs that this repository ships, as every program finds them: beside its binary.</summary>
internal static class ShippedPacks
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "packs");

    public static SectorCatalog Catalog { get; } = new([Read("traffic"), Read("water"), Read("lighting")]);

    public static SectorSchema Traffic => Catalog.PackNamed("traffic")!.Schemas[0];

    public static SectorSchema Water => Catalog.PackNamed("water")!.Schemas[0];

    public static SectorSchema Lighting => Catalog.PackNamed("lighting")!.Schemas[0];

    public static SectorPack Read(string sector)
    {
        var path = Path.Combine(Folder, sector, "pack.json");
        return SectorPackReader.Parse($"packs/{sector}/pack.json", File.ReadAllBytes(path));
    }
}
