using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Api.Devices;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.History;

/// <summary>What was measured: one series of a device, several series side by side, or one figure over many devices.</summary>
internal static class HistoryEndpoints
{
    private const int MaxSeries = 24;
    private const int DefaultIntervalSeconds = 300;
    private const int MaxIntervals = 10_000;

    public static void MapHistory(this IEndpointRouteBuilder api)
    {
        api.MapGet("/devices/{id}/history", HistoryAsync).TakesQuery<HistoryQuery>()
            .WithName("getHistory").WithSummary("One field of a device over time, with minimum and maximum so that spikes survive");
        api.MapGet("/series", SeriesAsync).TakesQuery<SeriesQuery>()
            .WithName("listSeries").WithSummary("One or several fields of some devices, or of all at a site, over time");
        api.MapGet("/aggregates", AggregateAsync).TakesQuery<AggregateQuery>()
            .WithName("getAggregates").WithSummary("Mean, minimum, maximum, sum or percentile of a field per interval over an area, a sector, a site or a search");
    }

    private static async Task<HistoryView> HistoryAsync(
        string id,
        [AsParameters] HistoryQuery query,
        DeviceDirectory directory,
        SectorCatalog catalog,
        ITelemetryStore store,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var entry = DeviceEndpoints.Require(directory, id);
        var field = HistoryParameters.Field(catalog, entry.Sector, query.Field);
        var channel = Parameter.Whole("channel", query.Channel, 0, 0, 255);
        var points = Parameter.Whole("points", query.Points, HistoryParameters.DefaultPoints, 1, HistoryParameters.MaxPoints);
        var (from, to) = HistoryParameters.Range(query.From, query.To, time);
        var question = new SeriesQuestion(entry.Id, channel, field, entry.Sector, from, to, points);
        return HistoryView.Of(field, await store.SeriesAsync(question, cancellation).ConfigureAwait(false));
    }

    private static async Task<Listing<SeriesView>> SeriesAsync(
        [AsParameters] SeriesQuery query,
        DeviceDirectory directory,
        SectorCatalog catalog,
        ITelemetryStore store,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var sector = Parameter.Sector(query.Sector ?? "", catalog)!;
        var fields = Names(query.Field).DefaultIfEmpty("").Select(name => HistoryParameters.Field(catalog, sector, name)).ToArray();
        var devices = DevicesOf(query, sector, directory);
        if (devices.Count * fields.Length > MaxSeries)
        {
            throw new BadParameterException("field", $"{devices.Count} devices and {fields.Length} fields are more than {MaxSeries} series: ask for fewer.");
        }

        var channel = Parameter.Whole("channel", query.Channel, 0, 0, 255);
        var points = Parameter.Whole("points", query.Points, HistoryParameters.DefaultPoints, 1, HistoryParameters.MaxPoints);
        var (from, to) = HistoryParameters.Range(query.From, query.To, time);

        // The stores bound how many questions they answer at once.
        return new(await Task.WhenAll(devices.SelectMany(device => fields.Select(field => OneAsync(device, field)))).ConfigureAwait(false));

        async Task<SeriesView> OneAsync(ulong device, SectorField field)
        {
            var answer = await store.SeriesAsync(new SeriesQuestion(device, channel, field, sector, from, to, points), cancellation).ConfigureAwait(false);
            return new(DeviceId.Format(device), channel, field.Name, field.Unit, answer.IntervalMs, [.. answer.Points.Select(HistoryPoint.Of)]);
        }
    }

    private static async Task<AggregateView> AggregateAsync(
        [AsParameters] AggregateQuery query,
        DeviceDirectory directory,
        SectorCatalog catalog,
        ITelemetryStore store,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var sector = Parameter.Sector(query.Sector ?? "", catalog)!;
        var field = HistoryParameters.Field(catalog, sector, query.Field);
        var figure = HistoryParameters.Figure(query.Aggregate);
        var (from, to) = HistoryParameters.Range(query.From, query.To, time);
        var interval = Parameter.Whole("interval", query.Interval, DefaultIntervalSeconds, 1, 86_400) * 1000L;
        if ((to - from) / interval > MaxIntervals)
        {
            throw new BadParameterException("interval", $"the range holds more than {MaxIntervals} intervals of {interval / 1000} s: choose a longer one.");
        }

        var devices = directory.Search(query.Q, Parameter.Area(query.Area, directory), sector)
            .Where(entry => query.Site is null || entry.Site?.Code == query.Site).Select(entry => entry.Id).ToArray();
        var answer = devices.Length == 0
            ? new AggregateAnswer([])
            : await store.AggregateAsync(new AggregateQuestion(devices, field, sector, from, to, interval, figure), cancellation).ConfigureAwait(false);
        return new AggregateView(field.Name, field.Unit, query.Aggregate ?? "mean", interval, devices.Length, answer.Points);
    }

    private static List<ulong> DevicesOf(SeriesQuery query, string sector, DeviceDirectory directory)
    {
        var ids = Names(query.Device);
        if (ids.Length == 0 == query.Site is null) throw new BadParameterException("device", "name the devices, or the site at which they stand, and not both.");
        if (ids.Length == 0) return [.. directory.Search(sector: sector).Where(entry => entry.Site?.Code == query.Site).Select(entry => entry.Id)];
        var devices = new List<ulong>();
        foreach (var id in ids.Distinct())
        {
            var entry = DeviceEndpoints.Require(directory, id);
            if (entry.Sector != sector) throw new BadParameterException("device", $"{id} is of the sector {entry.Sector}, not {sector}.");
            devices.Add(entry.Id);
        }

        return devices;
    }

    private static string[] Names(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
