using BenchmarkDotNet.Attributes;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Benchmarks.Journal;

/// <summary>One record of 60 bytes into a block and out of it, beside the copy that nothing can beat.</summary>
[MemoryDiagnoser]
public class RecordCodecBenchmarks
{
    private readonly byte[] payload = new byte[60];
    private readonly byte[] block = new byte[256];
    private readonly uint seed = RecordCodec.Seed(1);
    private int length;

    [GlobalSetup]
    public void Setup() => length = Write();

    [Benchmark(Baseline = true)]
    public void Memcpy() => payload.CopyTo(block.AsSpan(100));

    [Benchmark]
    public int Write() => RecordCodec.Write(block, seed, 1_000, 1_790_000_000_000, 1, 1, 1, 0, [], payload);

    [Benchmark]
    public bool Read() => RecordCodec.TryRead(block.AsSpan(0, length), 1, seed, out _, out _);
}
