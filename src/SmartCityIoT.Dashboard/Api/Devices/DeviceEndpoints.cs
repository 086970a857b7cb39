using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Devices.Seen;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>Devices: list, create, look at one.</summary>
internal static class DeviceEndpoints
{
    private static readonly Dictionary<string, DeviceState> States =
        Enum.GetValues<DeviceState>().ToDictionary(state => char.ToLowerInvariant(state.ToString()[0]) + state.ToString()[1..], StringComparer.Ordinal);

    public static void MapDevices(this IEndpointRouteBuilder api)
    {
        api.MapGet("/devices", List).TakesQuery<DeviceListQuery>()
            .WithName("listDevices").WithSummary("Devices with their newest readings, sorted by id");
        api.MapPost("/devices", CreateAsync).TakesNoQuery()
            .WithName("createDevice").WithSummary("Create a device; its secret is shown this once");
        api.MapGet("/devices/{id}", FindAsync).TakesNoQuery()
            .WithName("getDevice").WithSummary("One device with its placements and its link");
        api.MapGet("/devices/{id}/latest", Latest).TakesNoQuery()
            .WithName("getLatest").WithSummary("The newest reading of each channel of a device");
        api.MapGet("/seen", Seen).TakesNoQuery()
            .WithName("listSeen").WithSummary("Devices that showed themselves and are not provisioned");
    }

    /// <summary>The provisioned device of a path parameter, or a 404.</summary>
    public static DeviceEntry Require(DeviceDirectory directory, string id)
    {
        var device = Parameter.Device("id", id);
        return directory.TryGet(device, out var entry) ? entry : throw new DeviceNotFoundException(device);
    }

    private static Listing<DeviceView> List([AsParameters] DeviceListQuery query, DeviceDirectory directory, DeviceViews views, SectorCatalog catalog)
    {
        var limit = Parameter.Limit(query.Limit);
        DeviceState? wanted = query.State is null ? null : Parameter.OneOf("state", query.State, States);
        var after = Parameter.FromCursor(query.After);
        var afterId = after is null ? (ulong?)null : Parameter.Device("after", after);
        var found = directory.Search(query.Q, Parameter.Area(query.Area, directory), Parameter.Sector(query.Sector, catalog));
        var items = new List<DeviceView>(Math.Min(limit, 1_000));
        foreach (var entry in found)
        {
            if (entry.Id <= afterId) continue;
            if (wanted is not null && views.StateOf(entry) != wanted) continue;
            if (items.Count == limit) return new(items, Parameter.Cursor(items[^1].Id));
            items.Add(views.Of(entry));
        }

        return new(items);
    }

    private static async Task<Created<CreatedDeviceView>> CreateAsync(
        NewDeviceBody body, DeviceRegistry registry, DeviceDirectory directory, DeviceViews views, HttpContext http)
    {
        var id = Parameter.Device("id", body.Id ?? "");
        var device = new NewDevice(id, body.Name ?? "", body.Sector ?? "", body.Model)
        {
            IntervalSeconds = body.Interval,
            Site = body.Site is { } site ? new NewSite(site.Code ?? "", site.Name, site.Latitude, site.Longitude, site.Area, site.Simulated ?? false) : null,
        };
        var provisioned = await registry.AddAsync(device, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        var view = new CreatedDeviceView(views.Of(Require(directory, DeviceId.Format(id))))
        {
            Credential = provisioned.Credential,
            Secret = provisioned.Secret,
            CommandKey = provisioned.CommandKey,
        };
        return TypedResults.Created($"/api/v1/devices/{view.Id}", view);
    }

    private static async Task<DeviceDetailView> FindAsync(
        string id, DeviceRegistry registry, DeviceDirectory directory, DeviceViews views, CancellationToken cancellation)
    {
        var entry = Require(directory, id);
        var record = await registry.FindAsync(entry.Id, cancellation).ConfigureAwait(false) ?? throw new DeviceNotFoundException(entry.Id);
        return new DeviceDetailView(views.Of(entry))
        {
            CreatedAt = record.CreatedAt,
            Placements = [.. record.Placements.Select(DeviceViews.Of)],
            Link = views.LinkOf(entry.Id),
            Credentials = [.. record.Credentials.Select(CredentialView.Of)],
        };
    }

    private static Listing<ChannelView> Latest(string id, DeviceDirectory directory, DeviceViews views) =>
        new(views.Of(Require(directory, id)).Channels);

    private static Listing<SeenView> Seen(DeviceRegistry registry) =>
        new([.. registry.ListSeen().Select(one => new SeenView(
            DeviceId.Format(one.Id), one.FirstSeen, one.LastSeen, one.Count, one.Via == SeenVia.Listen ? "listen" : "dial", one.Topic))]);
}

/// <summary>A device that showed itself and is not provisioned. Times in Unix milliseconds.</summary>
public sealed record SeenView(string Id, long FirstSeen, long LastSeen, long Count, string Via, string Topic);
