using BenchmarkDotNet.Attributes;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Telemetry;

/// <summary>One frame, checksum included: between the copy that nothing can beat and a decoder written without care.</summary>
[MemoryDiagnoser]
public class FrameDecodeBenchmarks
{
    private readonly SectorCatalog catalog = SampleFrames.Catalog;
    private readonly Frame frame = new();
    private readonly byte[] copy = new byte[FrameLayout.MaxLength];
    private byte[] payload = [];

    public static IEnumerable<string> Frames => SampleFrames.Names;

    [ParamsSource(nameof(Frames))]
    public string Payload { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        payload = SampleFrames.Encode(Payload);
        if (Decode() != DecodeStatus.Ok) throw new InvalidOperationException(Payload);
    }

    [Benchmark]
    public void Memcpy() => payload.CopyTo(copy.AsSpan());

    [Benchmark(Baseline = true)]
    public DecodeStatus Decode() => FrameDecoder.TryDecode(payload, catalog, frame);

    [Benchmark]
    public object Naive() => NaiveDecoder.Decode(payload, catalog);
}
