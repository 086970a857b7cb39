using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Dashboard.Api.Gateways;

/// <summary>Gateways: list, create, say which devices they speak for, give and revoke secrets, retire.</summary>
internal static class GatewayEndpoints
{
    public static void MapGateways(this IEndpointRouteBuilder api)
    {
        api.MapGet("/gateways", List).TakesQuery<GatewayListQuery>()
            .WithName("listGateways").WithSummary("Gateways, sorted by name");
        api.MapPost("/gateways", CreateAsync).TakesNoQuery()
            .WithName("createGateway").WithSummary("Create a gateway; its secret is shown this once");
        api.MapGet("/gateways/{name}", FindAsync).TakesNoQuery()
            .WithName("getGateway").WithSummary("One gateway with its devices and credentials");
        api.MapPut("/gateways/{name}/devices", SetDevicesAsync).TakesNoQuery()
            .WithName("setGatewayDevices").WithSummary("Say which devices a gateway speaks for: these and no others");
        api.MapPut("/gateways/{name}/devices/{id}", AddDeviceAsync).TakesNoQuery()
            .WithName("addGatewayDevice").WithSummary("Let a gateway speak for a device too");
        api.MapDelete("/gateways/{name}/devices/{id}", RemoveDeviceAsync).TakesNoQuery()
            .WithName("removeGatewayDevice").WithSummary("Let a gateway speak for a device no longer");
        api.MapPost("/gateways/{name}/credentials", IssueAsync).TakesNoQuery()
            .WithName("issueGatewayCredential").WithSummary("Give a gateway another secret, shown this once; the ones it has stay good");
        api.MapDelete("/gateways/{name}/credentials/{number}", RevokeAsync).TakesNoQuery()
            .WithName("revokeGatewayCredential").WithSummary("Revoke a secret of a gateway; a connection that it opened is closed");
        api.MapPost("/gateways/{name}/retire", RetireAsync).TakesNoQuery()
            .WithName("retireGateway").WithSummary("Take a gateway out of use for good; its devices stay");
    }

    private static Listing<GatewayView> List([AsParameters] GatewayListQuery query, DeviceDirectory directory)
    {
        var limit = Parameter.Limit(query.Limit);
        var after = Parameter.FromCursor(query.After);
        var items = new List<GatewayView>();
        foreach (var entry in directory.Gateways)
        {
            if (after is not null && string.CompareOrdinal(entry.Name, after) <= 0) continue;
            if (items.Count == limit) return new(items, Parameter.Cursor(items[^1].Name));
            items.Add(GatewayView.Of(entry));
        }

        return new(items);
    }

    private static async Task<Created<CreatedGatewayView>> CreateAsync(
        NewGatewayBody body, DeviceRegistry registry, DeviceDirectory directory, HttpContext http)
    {
        var name = body.Name ?? "";
        var gateway = new NewGateway(name, body.Text ?? name, Devices(body.Devices ?? []));
        var given = await registry.AddGatewayAsync(gateway, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        var entry = directory.TryGetGateway(name, out var found) ? found : throw new GatewayNotFoundException(name);
        var view = new CreatedGatewayView(GatewayView.Of(entry)) { Credential = given.Credential, Secret = given.Secret };
        return TypedResults.Created($"/api/v1/gateways/{name}", view);
    }

    private static async Task<GatewayDetailView> FindAsync(string name, DeviceRegistry registry, CancellationToken cancellation) =>
        new(await registry.FindGatewayAsync(name, cancellation).ConfigureAwait(false) ?? throw new GatewayNotFoundException(name));

    private static async Task<GatewayDetailView> SetDevicesAsync(string name, GatewayDevicesBody body, DeviceRegistry registry, HttpContext http)
    {
        var devices = Devices(body.Devices ?? throw new BadParameterException("devices", "it is missing: a list of device ids, which may be empty."));
        await registry.SetGatewayDevicesAsync(name, devices, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return await FindAsync(name, registry, http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<NoContent> AddDeviceAsync(string name, string id, DeviceRegistry registry, HttpContext http)
    {
        await registry.AddGatewayDevicesAsync(name, [Parameter.Device("id", id)], Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RemoveDeviceAsync(string name, string id, DeviceRegistry registry, HttpContext http)
    {
        await registry.RemoveGatewayDevicesAsync(name, [Parameter.Device("id", id)], Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<Created<IssuedSecretView>> IssueAsync(string name, DeviceRegistry registry, HttpContext http)
    {
        var given = await registry.IssueGatewayCredentialAsync(name, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Created($"/api/v1/gateways/{name}/credentials/{given.Credential}", new IssuedSecretView(given.Credential, given.Secret));
    }

    private static async Task<NoContent> RevokeAsync(string name, string number, DeviceRegistry registry, HttpContext http)
    {
        await registry.RevokeGatewayCredentialAsync(name, Parameter.Number("number", number), Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RetireAsync(string name, DeviceRegistry registry, HttpContext http)
    {
        await registry.RetireGatewayAsync(name, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static List<ulong> Devices(IReadOnlyList<string> ids) => [.. ids.Select(id => Parameter.Device("devices", id))];
}
