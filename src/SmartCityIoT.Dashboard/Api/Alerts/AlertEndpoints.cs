using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.Alerts;

/// <summary>Filters of the alert list.</summary>
public sealed record AlertListQuery(
    [property: Description("active (default), cleared or all.")] string? State,
    [property: Description("Device id.")] string? Device,
    [property: Description("Code of an area.")] string? Area,
    [property: Description("Name of a sector.")] string? Sector,
    [property: Description("Items on a page, 1 to 10,000. Default 200.")] string? Limit,
    [property: Description("Cursor: \"next\" of the page before.")] string? After);

/// <param name="Note">What the operator has to say, or nothing.</param>
public sealed record AcknowledgeBody(string? Note);

/// <summary>Alerts: list, acknowledge, history.</summary>
internal static class AlertEndpoints
{
    private static readonly Dictionary<string, AlertFilter> States = new(StringComparer.Ordinal)
    {
        ["active"] = AlertFilter.Active,
        ["cleared"] = AlertFilter.Cleared,
        ["all"] = AlertFilter.All,
    };

    public static void MapAlerts(this IEndpointRouteBuilder api)
    {
        api.MapGet("/alerts", List).TakesQuery<AlertListQuery>().WithName("listAlerts").WithSummary("Alerts, newest first");
        api.MapPost("/alerts/{id}/acknowledge", Acknowledge).TakesNoQuery().WithName("acknowledgeAlert").WithSummary("Take an alert on; it goes on standing until it clears");
        api.MapGet("/alerts/{id}/history", History).TakesNoQuery().WithName("getAlertHistory").WithSummary("Each step in the life of an alert, oldest first");
    }

    private static Listing<AlertView> List([AsParameters] AlertListQuery query, AlertDesk alerts, DeviceDirectory directory, SectorCatalog catalog)
    {
        long? before = null;
        if (query.After is not null)
        {
            before = AlertCursor.TryParse(query.After, out var id) ? id : throw new BadParameterException("after", "it is no cursor that this API gave out as \"next\".");
        }

        var page = alerts.List(new AlertQuery
        {
            State = query.State is null ? AlertFilter.Active : Parameter.OneOf("state", query.State, States),
            Device = query.Device is null ? null : Parameter.Device("device", query.Device),
            Areas = Parameter.Area(query.Area, directory) is { } area ? directory.Areas.Resolve(area) : null,
            Sector = Parameter.Sector(query.Sector, catalog),
            Limit = Parameter.Limit(query.Limit),
            Before = before,
        });
        return new([.. page.Items.Select(AlertView.Of)], page.Next);
    }

    private static IResult Acknowledge(string id, AcknowledgeBody? body, AlertDesk alerts, HttpContext http)
    {
        if (body?.Note is { Length: > AlertDesk.LongestText })
        {
            throw new BadParameterException("note", $"it is longer than {AlertDesk.LongestText} characters.");
        }

        var result = alerts.Acknowledge(AlertId(id), Actor.Of(http), body?.Note);
        return result.Outcome switch
        {
            AcknowledgeOutcome.NotFound => TypedResults.Problem($"There is no alert {id}.", statusCode: StatusCodes.Status404NotFound, title: "Not found"),
            AcknowledgeOutcome.Cleared => TypedResults.Problem($"Alert {id} has cleared.", statusCode: StatusCodes.Status409Conflict, title: "Conflict"),
            _ => TypedResults.Ok(AlertView.Of(result.Alert!)),
        };
    }

    private static IResult History(string id, AlertDesk alerts)
    {
        var alert = AlertId(id);
        return alerts.Find(alert) is null
            ? TypedResults.Problem($"There is no alert {id}.", statusCode: StatusCodes.Status404NotFound, title: "Not found")
            : TypedResults.Ok(new Listing<AlertStepView>([.. alerts.History(alert).Select(AlertStepView.Of)]));
    }

    private static long AlertId(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new BadParameterException("id", $"\"{text}\" is not the id of an alert.");
}
