using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Lookup;

namespace SmartCityIoT.Dashboard.Api.Region;

/// <summary>An administrative unit. Times in Unix milliseconds.</summary>
/// <param name="Devices">Devices that stand in it, as the filter <c>area</c> understands it.</param>
public sealed record AreaView(
    string Code, string Name, string Kind, string? Parent, long? ValidFrom, long? ValidTo, string? ReplacedBy, Position? Center, int Devices);

/// <summary>Where things are: region and areas.</summary>
internal static class RegionEndpoints
{
    public static void MapRegion(this IEndpointRouteBuilder api)
    {
        api.MapGet("/region", (RegionInfo region) => region).TakesNoQuery().WithName("getRegion").WithSummary("Name, time zone and place of the region");
        api.MapGet("/areas", Areas).TakesNoQuery().WithName("listAreas").WithSummary("Administrative units, those that ended included, sorted by code");
    }

    private static Listing<AreaView> Areas(DeviceDirectory directory) =>
        new([.. directory.Areas.All.Select(area => Of(area, directory.DevicesIn(area.Code).Count))]);

    private static AreaView Of(Area area, int devices) => new(
        area.Code,
        area.Name,
        area.Kind,
        area.Parent,
        area.ValidFrom,
        area.ValidTo,
        area.ReplacedBy,
        area is { Latitude: { } latitude, Longitude: { } longitude } ? new Position(latitude, longitude) : null,
        devices);
}
