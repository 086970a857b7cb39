using SmartCityIoT.Dashboard.Api;
using SmartCityIoT.Dashboard.Api.Region;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.Server.Hosting;

/// <summary>Takes the region pack into the platform: its areas into the registry, its name, zone and place to the screens.</summary>
internal static class RegionSeed
{
    /// <summary>Who the audit names for what the region pack brings.</summary>
    private const string Actor = "region-pack";

    public static IServiceCollection AddRegion(this IServiceCollection services, string? folder)
    {
        var region = Read(folder);
        services.AddSingleton(region);
        services.AddSingleton(new RegionInfo(
            new Label(region.Name.Vi, region.Name.En),
            region.TimeZone,
            new Position(region.Center.Latitude, region.Center.Longitude),
            region.Bounds));
        return services;
    }

    /// <summary>The pack of a folder, or the only one beside the program.</summary>
    public static RegionPack Read(string? folder) => folder is null ? RegionPackReader.ReadDefault() : RegionPackReader.Read(folder);

    /// <summary>Opens the registry and brings its areas up to the pack. Importing the same pack again changes nothing.</summary>
    public static async Task ApplyAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var registry = services.GetRequiredService<DeviceRegistry>();
        await registry.InitialiseAsync(cancellation).ConfigureAwait(false);
        await registry.ImportAreasAsync(Areas(services.GetRequiredService<RegionPack>()), Actor, cancellation).ConfigureAwait(false);
    }

    /// <summary>The pack's areas as the registry takes them.</summary>
    public static IReadOnlyList<Area> Areas(RegionPack region)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone);
        return [.. region.Areas.Select(area => new Area(
            area.Code,
            area.Name,
            area.Kind,
            area.Parent,
            Midnight(area.ValidFrom, zone),
            Midnight(area.ValidTo, zone),
            area.ReplacedBy,
            area.Center?.Latitude,
            area.Center?.Longitude))];
    }

    /// <summary>Unix milliseconds at which a day begins in the region.</summary>
    private static long? Midnight(DateOnly? day, TimeZoneInfo zone)
    {
        if (day is not { } date) return null;
        var local = date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }
}
