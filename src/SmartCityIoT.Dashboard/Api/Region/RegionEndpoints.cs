using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.Region;

/// <summary>An administrative unit. Times in Unix milliseconds.</summary>
/// <param name="Devices">Devices that stand in it, as the filter <c>area</c> understands it.</param>
public sealed record AreaView(
    string Code, string Name, string Kind, string? Parent, long? ValidFrom, long? ValidTo, string? ReplacedBy, Position? Center, int Devices);

/// <summary>Means over an area.</summary>
public sealed record MeansQuery(
    [property: Description("Name of a sector.")] string? Sector,
    [property: Description("Field name as in the sector's pack.")] string? Field,
    [property: Description("Start, included: Unix milliseconds or ISO 8601. Default 24 hours before the end.")] string? From,
    [property: Description("End, excluded: Unix milliseconds or ISO 8601. Default now.")] string? To,
    [property: Description("Seconds per mean, 1 to 86,400. Default 300.")] string? Interval);

/// <summary>Means of a field over all devices of an area.</summary>
/// <param name="Interval">Milliseconds per mean.</param>
public sealed record MeansView(string Field, string Unit, long Interval, int Devices, IReadOnlyList<MeansPoint> Points);

/// <summary>Where things are: region, areas, and what an area measures as a whole.</summary>
internal static class RegionEndpoints
{
    private const int DefaultIntervalSeconds = 300;
    private const int MaxIntervals = 10_000;

    public static void MapRegion(this IEndpointRouteBuilder api)
    {
        api.MapGet("/region", (RegionInfo region) => region).TakesNoQuery().WithName("getRegion").WithSummary("Name, time zone and place of the region");
        api.MapGet("/areas", Areas).TakesNoQuery().WithName("listAreas").WithSummary("Administrative units, those that ended included, sorted by code");
        api.MapGet("/areas/{code}/means", MeansAsync).TakesQuery<MeansQuery>().WithName("getMeans").WithSummary("Mean of a field over an area per interval");
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

    private static async Task<IResult> MeansAsync(
        string code,
        [AsParameters] MeansQuery query,
        DeviceDirectory directory,
        SectorCatalog catalog,
        ITelemetryStore store,
        TimeProvider time,
        CancellationToken cancellation)
    {
        if (!directory.Areas.TryGet(code, out _))
        {
            return TypedResults.Problem($"There is no area \"{code}\". See /api/v1/areas.", statusCode: StatusCodes.Status404NotFound, title: "Not found");
        }

        var sector = Parameter.Sector(query.Sector ?? "", catalog)!;
        var field = HistoryEndpoints.RequireField(catalog, sector, query.Field);
        var (from, to) = HistoryEndpoints.Range(query.From, query.To, time);
        var interval = Parameter.Whole("interval", query.Interval, DefaultIntervalSeconds, 1, 86_400) * 1000L;
        if ((to - from) / interval > MaxIntervals)
        {
            throw new BadParameterException("interval", $"the range holds more than {MaxIntervals} intervals of {interval / 1000} s: choose a longer one.");
        }

        var devices = directory.Search(area: code, sector: sector).Select(entry => entry.Id).ToArray();
        var answer = devices.Length == 0
            ? new MeansAnswer([])
            : await store.MeansAsync(new MeansQuestion(devices, field, sector, from, to, interval), cancellation).ConfigureAwait(false);
        return TypedResults.Ok(new MeansView(field.Name, field.Unit, interval, devices.Length, answer.Points));
    }
}
