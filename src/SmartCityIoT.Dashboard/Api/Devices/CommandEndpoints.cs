using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>Commands to a device: give, list, cancel.</summary>
internal static class CommandEndpoints
{
    public static void MapCommands(this IEndpointRouteBuilder api)
    {
        api.MapPost("/devices/{id}/commands", GiveAsync).TakesNoQuery()
            .WithName("giveCommand").WithSummary("Give a device a command; it waits until the device takes it, and at most for its lifetime");
        api.MapGet("/devices/{id}/commands", ListAsync).TakesQuery<CommandListQuery>()
            .WithName("listCommands").WithSummary("Commands of a device and what became of them, newest first");
        api.MapDelete("/devices/{id}/commands/{number}", CancelAsync).TakesNoQuery()
            .WithName("cancelCommand").WithSummary("Take a command out of the queue; one that left may still be carried out");
    }

    private static async Task<Created<CommandView>> GiveAsync(
        string id, NewCommandBody body, DownlinkQueue downlink, DeviceDirectory directory, TimeProvider time, HttpContext http)
    {
        var device = DeviceEndpoints.Require(directory, id).Id;
        var command = CommandReader.Read(body, time);
        var lifetime = body.LifetimeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var queued = await downlink.EnqueueAsync(device, command, lifetime, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        var page = await downlink.ListAsync(device, queued.Number + 1, 1, http.RequestAborted).ConfigureAwait(false);
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/devices/{DeviceId.Format(device)}/commands/{queued.Number}");
        return TypedResults.Created(path, CommandView.Of(page[0]));
    }

    private static async Task<Listing<CommandView>> ListAsync(
        string id, [AsParameters] CommandListQuery query, DownlinkQueue downlink, DeviceDirectory directory, CancellationToken cancellation)
    {
        var device = DeviceEndpoints.Require(directory, id).Id;
        var limit = Parameter.Limit(query.Limit);
        long? before = Parameter.FromCursor(query.After) is { } cursor ? Parameter.Number("after", cursor) : null;
        var page = await downlink.ListAsync(device, before, limit + 1, cancellation).ConfigureAwait(false);
        var items = page.Take(limit).Select(CommandView.Of).ToList();
        return new(items, page.Count > limit ? Parameter.Cursor(items[^1].Number.ToString(CultureInfo.InvariantCulture)) : null);
    }

    private static async Task<NoContent> CancelAsync(string id, string number, DownlinkQueue downlink, DeviceDirectory directory, HttpContext http)
    {
        var device = DeviceEndpoints.Require(directory, id).Id;
        await downlink.CancelAsync(device, Parameter.Number("number", number), Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
