using BenchmarkDotNet.Attributes;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Telemetry;

/// <summary>One frame with every field of its sector, checksum included.</summary>
[MemoryDiagnoser]
public class FrameEncodeBenchmarks
{
    private const int BatchSamples = 15;

    private readonly byte[] destination = new byte[FrameLayout.MaxLength];
    private SectorSchema schema = SectorSchema.None;
    private FrameHeader header;
    private long[] samples = [];

    [Params("traffic", "water", "lighting")]
    public string Sector { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        schema = SampleFrames.Schema(Sector);
        header = SampleFrames.Header(schema);
        samples = SampleFrames.Samples(schema, BatchSamples);
        if (Periodic() != EncodeStatus.Ok || BatchOf15() != EncodeStatus.Ok) throw new InvalidOperationException(Sector);
    }

    [Benchmark(Baseline = true)]
    public EncodeStatus Periodic() => FrameEncoder.TryEncodePeriodic(header, schema, schema.KnownMask, samples, destination, out _);

    [Benchmark]
    public EncodeStatus BatchOf15() => FrameEncoder.TryEncodeBatch(header, schema, schema.KnownMask, 60, samples, destination, out _);
}
