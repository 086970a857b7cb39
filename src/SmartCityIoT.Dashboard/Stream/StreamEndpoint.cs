using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Dashboard.Api.Alerts;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Stream;

/// <summary>Which devices a stream tells of.</summary>
public sealed record StreamQuery(
    [property: Description("Code of an area.")] string? Area,
    [property: Description("Name of a sector.")] string? Sector);

/// <summary>A changed device on the stream.</summary>
public sealed record DeviceChangeView(string Id, DeviceState State, bool? Connected, long? LastSeen, int Alerts, IReadOnlyList<ChannelView> Channels);

/// <summary>
/// What changes, as it changes (server-sent events): <c>devices</c> with an array of changed devices, at once and then at most four times
/// a second for each; <c>alert</c> with an alert that was raised, acknowledged or cleared; <c>status</c> once a second, which also shows that the
/// line is alive. The id of an event resumes the stream after a cut (<c>Last-Event-ID</c>).
/// </summary>
internal static class StreamEndpoint
{
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);

    public static void MapStream(this IEndpointRouteBuilder api) =>
        api.MapGet("/stream", StreamAsync).TakesQuery<StreamQuery>()
            .WithName("stream").WithSummary("Changes of devices, alerts and platform as server-sent events")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");

    private static async Task StreamAsync(
        [AsParameters] StreamQuery query,
        HttpContext http,
        DeviceDirectory directory,
        SectorCatalog catalog,
        LiveTable live,
        AlertDesk alerts,
        DeviceViews views,
        StatusSource status,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json)
    {
        var filter = StreamFilter.Of(query, directory, catalog);
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var writer = new EventWriter(http.Response.BodyWriter, json.Value.SerializerOptions);
        using var devices = live.Subscribe(Start(live, http.Request.Headers["Last-Event-ID"].ToString()));
        var told = alerts.Feed.Version;
        var alertChanges = new List<Alert>();

        // A screen that stays open must not hold up a stop.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var cancellation = ending.Token;
        var changed = new List<ulong>();
        var changes = devices.ReadAsync(changed, cancellation).AsTask();
        var alert = alerts.Feed.WaitAsync(told, cancellation);
        var tick = Task.CompletedTask;
        try
        {
            while (true)
            {
                await Task.WhenAny(changes, alert, tick).ConfigureAwait(false);
                if (changes.IsCompleted)
                {
                    await changes.ConfigureAwait(false);
                    var shown = filter.Changes(changed, directory, views);
                    if (shown.Count > 0) writer.Write("devices", shown, live.EventId(devices.Version));
                    changes = devices.ReadAsync(changed, cancellation).AsTask();
                }

                if (alert.IsCompleted)
                {
                    await alert.ConfigureAwait(false);
                    alertChanges.Clear();

                    // Changes that this screen slept past are not kept: it comes back, and reads the list of alerts again.
                    if (!alerts.Feed.TryRead(told, alertChanges, out told)) return;
                    foreach (var one in alertChanges.Where(filter.Shows)) writer.Write("alert", AlertView.Of(one));
                    alert = alerts.Feed.WaitAsync(told, cancellation);
                }

                if (tick.IsCompleted)
                {
                    await tick.ConfigureAwait(false);
                    writer.Write("status", status.Read());
                    tick = Task.Delay(StatusInterval, time, cancellation);
                }

                await writer.FlushAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException && cancellation.IsCancellationRequested)
        {
            // The screen is gone, or the platform stops.
        }
    }

    /// <summary>
    /// A new reader gets what comes; one that was here goes on where it was cut off. One that was cut off by a restart of the platform
    /// cannot tell what it missed, and gets every device once.
    /// </summary>
    private static long Start(LiveTable live, string lastEventId)
    {
        if (lastEventId.Length == 0) return live.Version;
        return live.TryResume(lastEventId, out var after) ? after : 0;
    }
}
