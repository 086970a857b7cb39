using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>What opens the door to a device: give and revoke secrets, retire the device.</summary>
internal static class CredentialEndpoints
{
    public static void MapCredentials(this IEndpointRouteBuilder api)
    {
        api.MapPost("/devices/{id}/credentials", IssueAsync).TakesNoQuery()
            .WithName("issueCredential").WithSummary("Give a device another secret, shown this once; the ones it has stay good");
        api.MapDelete("/devices/{id}/credentials/{number}", RevokeAsync).TakesNoQuery()
            .WithName("revokeCredential").WithSummary("Revoke a secret of a device; a connection that it opened is closed");
        api.MapPost("/devices/{id}/retire", RetireAsync).TakesNoQuery()
            .WithName("retireDevice").WithSummary("Take a device out of the field for good; its history stays");
    }

    private static async Task<Created<IssuedDeviceSecretView>> IssueAsync(string id, DeviceRegistry registry, HttpContext http)
    {
        var device = Parameter.Device("id", id);
        var given = await registry.IssueCredentialAsync(device, Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Created(
            $"/api/v1/devices/{DeviceId.Format(device)}/credentials/{given.Credential}",
            new IssuedDeviceSecretView(given.Credential, given.Secret, given.CommandKey));
    }

    private static async Task<NoContent> RevokeAsync(string id, string number, DeviceRegistry registry, HttpContext http)
    {
        await registry.RevokeCredentialAsync(Parameter.Device("id", id), Parameter.Number("number", number), Actor.Of(http), http.RequestAborted)
            .ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> RetireAsync(string id, DeviceRegistry registry, HttpContext http)
    {
        await registry.RetireAsync(Parameter.Device("id", id), Actor.Of(http), http.RequestAborted).ConfigureAwait(false);
        return TypedResults.NoContent();
    }
}
