using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Dashboard.Api.History;

/// <summary>One stored value, or one bucket of them, in the field's unit.</summary>
/// <param name="Time">Unix milliseconds: of the value, or the start of the bucket.</param>
/// <param name="Count">Values in the bucket; 1 for a value that stands for itself.</param>
/// <param name="Quality">Every quality bit of the readings behind it, as in a device's newest reading; 0 = all of them good.</param>
public sealed record HistoryPoint(long Time, double Min, double Mean, double Max, long Count, int Quality)
{
    internal static HistoryPoint Of(SeriesPoint point) => new(point.Time, point.Min, point.Mean, point.Max, point.Count, (int)point.Quality);
}

/// <summary>A series as a chart needs it.</summary>
/// <param name="Interval">Milliseconds per bucket; 0 = every stored value stands for itself.</param>
public sealed record HistoryView(string Field, string Unit, long Interval, IReadOnlyList<HistoryPoint> Points)
{
    internal static HistoryView Of(SectorField field, SeriesAnswer answer) =>
        new(field.Name, field.Unit, answer.IntervalMs, [.. answer.Points.Select(HistoryPoint.Of)]);
}

/// <summary>One of several series.</summary>
/// <param name="Device">EUI-64 as 16 hex digits.</param>
/// <param name="Interval">Milliseconds per bucket; 0 = every stored value stands for itself.</param>
public sealed record SeriesView(string Device, int Channel, string Field, string Unit, long Interval, IReadOnlyList<HistoryPoint> Points);

/// <summary>A figure over all devices that were asked for.</summary>
/// <param name="Interval">Milliseconds per figure.</param>
/// <param name="Devices">Devices that fit what was asked, those without a value included.</param>
public sealed record AggregateView(string Field, string Unit, string Aggregate, long Interval, int Devices, IReadOnlyList<AggregatePoint> Points);
