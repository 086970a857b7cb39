using System.Diagnostics.Metrics;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>Instruments of the rollups.</summary>
internal static class RollupMetrics
{
    private static readonly Meter Meter = new(StoreMetrics.MeterName);
    private static long due;

    static RollupMetrics() => Meter.CreateObservableGauge("smartcity.store.rollups.due", static () => Volatile.Read(ref due), "{hour}", "Hours of devices that wait to be rolled up");

    public static Counter<long> Made { get; } = Meter.CreateCounter<long>("smartcity.store.rollups.made", "{hour}", "Hours of devices that were rolled up, the same one again included.");

    public static Histogram<double> Duration { get; } = Meter.CreateHistogram<double>("smartcity.store.rollups.duration", "s", "Time for one hour of a few devices.");

    public static void ShowDue(long count) => Volatile.Write(ref due, count);
}
