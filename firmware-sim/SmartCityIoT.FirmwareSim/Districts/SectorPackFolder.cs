using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>Reads the sector packs that stand beside a program: <c>packs/NAME/pack.json</c>.</summary>
public static class SectorPackFolder
{
    public static string Default => Path.Combine(AppContext.BaseDirectory, "packs");

    /// <exception cref="InvalidDataException">No pack stands there, or a file cannot be read.</exception>
    /// <exception cref="SectorPackException">A file is no pack.</exception>
    public static SectorCatalog Read(string folder)
    {
        try
        {
            var packs = Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
                .Select(pack => Path.Combine(pack, "pack.json"))
                .Where(File.Exists)
                .Select(file => SectorPackReader.Parse(file, File.ReadAllBytes(file)))
                .ToList();
            if (packs.Count == 0) throw new InvalidDataException($"no sector pack stands in {folder}");
            return new SectorCatalog(packs);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"sector packs in {folder}: {exception.Message}", exception);
        }
    }
}
