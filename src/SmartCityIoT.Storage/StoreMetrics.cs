using System.Diagnostics.Metrics;

namespace SmartCityIoT.Storage;

/// <summary>Instruments of all stores; each measurement carries the tag <c>store</c>. Counted per batch.</summary>
internal static class StoreMetrics
{
    public const string MeterName = "SmartCityIoT.Storage";

    private static readonly Meter Meter = new(MeterName);

    public static Counter<long> Written { get; } = Meter.CreateCounter<long>("smartcity.store.points.written", "{point}", "Points that the store took.");

    public static Counter<long> Refused { get; } = Meter.CreateCounter<long>("smartcity.store.points.refused", "{point}", "Points that the store refused for good.");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>("smartcity.store.write.retries", "{retry}", "Writes that had to be tried again.");

    public static Histogram<double> WriteDuration { get; } = Meter.CreateHistogram<double>("smartcity.store.write.duration", "s", "Time of one write.");
}
