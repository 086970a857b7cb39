using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>A series as a chart needs it.</summary>
/// <param name="Interval">Milliseconds per bucket; 0 = every stored value stands for itself.</param>
public sealed record HistoryView(string Field, string Unit, long Interval, IReadOnlyList<SeriesPoint> Points);

/// <summary>What was measured: one device's series.</summary>
internal static class HistoryEndpoints
{
    private const long DayMilliseconds = 24 * 60 * 60 * 1000L;
    private const int DefaultPoints = 500;
    private const int MaxPoints = 10_000;

    public static void MapHistory(this IEndpointRouteBuilder api) =>
        api.MapGet("/devices/{id}/history", HistoryAsync).TakesQuery<HistoryQuery>()
            .WithName("getHistory").WithSummary("One field of a device over time, with minimum and maximum so that spikes survive");

    /// <summary>The field of a sector that a parameter names, as a value that can be drawn.</summary>
    public static SectorField RequireField(SectorCatalog catalog, string sector, string? name)
    {
        var fields = catalog.PackNamed(sector)?.Schemas.SelectMany(schema => schema.Fields).Where(field => field.Role != FieldRole.Channel).ToList() ?? [];
        return fields.LastOrDefault(field => field.Name == name)
            ?? throw new BadParameterException("field", $"\"{name}\" is no field of {sector}. Fields are {string.Join(", ", fields.Select(field => field.Name).Distinct())}.");
    }

    /// <summary>The range that a pair of parameters means.</summary>
    public static (long From, long To) Range(string? from, string? to, TimeProvider time)
    {
        var end = Parameter.Time("to", to, time.GetUtcNow().ToUnixTimeMilliseconds() + 1);
        var start = Parameter.Time("from", from, end - DayMilliseconds);
        return start < end ? (start, end) : throw new BadParameterException("from", "the start is not before the end.");
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
        var field = RequireField(catalog, entry.Sector, query.Field);
        var channel = Parameter.Whole("channel", query.Channel, 0, 0, 255);
        var points = Parameter.Whole("points", query.Points, DefaultPoints, 1, MaxPoints);
        var (from, to) = Range(query.From, query.To, time);
        var answer = await store.SeriesAsync(new SeriesQuestion(entry.Id, channel, field, entry.Sector, from, to, points), cancellation).ConfigureAwait(false);
        return new HistoryView(field.Name, field.Unit, answer.IntervalMs, answer.Points);
    }
}
