using SmartCityIoT.LoadTest.Ingest;

namespace SmartCityIoT.LoadTest.Outage;

/// <summary>How long the store is away, and under what load.</summary>
internal sealed record OutageOptions
{
    public required IngestOptions Load { get; init; }

    public required TimeSpan Outage { get; init; }

    /// <exception cref="LoadTestException">A value out of its range.</exception>
    public void Check()
    {
        Load.Check();
        if (Load.Rate is null || Load.Qos != 1) throw new LoadTestException("an outage is measured at a rate and at QoS 1");
        if (Outage <= TimeSpan.Zero || Outage > TimeSpan.FromHours(2)) throw new LoadTestException("--outage is more than 0 and at most 7200");
    }
}
