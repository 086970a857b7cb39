using System.CommandLine;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Server.Hosting;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Store;

/// <summary>What commands on whole stores work with: what the command line holds beside their own options is configuration.</summary>
/// <param name="DataDirectory">Full path; need not be there.</param>
internal sealed record StoreContext(IConfiguration Configuration, string DataDirectory, SectorCatalog Sectors)
{
    public static StoreContext Open(ParseResult parsed)
    {
        var builder = new ConfigurationBuilder();
        PlatformConfiguration.Add(builder, [.. parsed.UnmatchedTokens]);
        var configuration = builder.Build();
        var options = configuration.GetSection(PlatformOptions.Section).Get<PlatformOptions>() ?? new PlatformOptions();
        return new StoreContext(configuration, Path.GetFullPath(options.DataDirectory), SectorPackFolder.Read(options.Packs ?? SectorPackFolder.Default));
    }

    /// <exception cref="StoreCopyException">No pack describes the sector.</exception>
    public void CheckSector(string? sector)
    {
        if (sector is null || Sectors.PackNamed(sector) is not null) return;
        throw new StoreCopyException($"there is no sector \"{sector}\": it must be one of {string.Join(", ", Sectors.Packs.Select(pack => pack.Name))}");
    }
}
