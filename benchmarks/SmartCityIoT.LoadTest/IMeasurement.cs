using SmartCityIoT.LoadTest.Figures;

namespace SmartCityIoT.LoadTest;

/// <summary>One of the things that can be measured.</summary>
internal interface IMeasurement
{
    /// <summary>Runs as often as the reporter asks, and reports.</summary>
    Task RunAsync(Reporter reporter, CancellationToken cancellation);
}
