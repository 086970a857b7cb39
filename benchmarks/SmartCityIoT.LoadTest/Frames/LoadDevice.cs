using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.LoadTest.Frames;

/// <summary>One device that the load comes from.</summary>
/// <param name="Id">EUI-64.</param>
/// <param name="Like">The device of the simulated district whose kind, place and measurements it has.</param>
internal sealed record LoadDevice(ulong Id, SimulatedDevice Like)
{
    public string Topic { get; } = TopicFormatter.Format(new Topic(Id, TopicKind.Frame));
}
