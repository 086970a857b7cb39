using System.Diagnostics.Metrics;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>What the platform counts as refused, by reason. The counter is one for the process: tests that use this are of one collection.</summary>
internal sealed class Refusals : IDisposable
{
    public const string OneAtATime = "refusals";

    private readonly MeterListener meter = new();
    private readonly List<string> reasons = [];

    public Refusals()
    {
        meter.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "smartcity.listen.refused") listener.EnableMeasurementEvents(instrument);
        };
        meter.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (reasons) reasons.Add((string)tags[0].Value!);
        });
        meter.Start();
    }

    public string[] Reasons
    {
        get
        {
            lock (reasons) return [.. reasons];
        }
    }

    public void Dispose() => meter.Dispose();
}
