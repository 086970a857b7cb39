using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SmartCityIoT.Telemetry.Topics;

namespace SmartCityIoT.Benchmarks.Telemetry;

/// <summary>A topic as it stands in a packet, read by the parser and by splitting a string.</summary>
[MemoryDiagnoser]
public class TopicBenchmarks
{
    private readonly byte[] destination = new byte[TopicFormatter.MaxLength];
    private byte[] topic = [];
    private Topic parsed;

    [Params("sc/v1/02/70b3d57ed0001002/up", "sc/v1/02/70b3d57ed0001002/up/85")]
    public string Text { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        topic = Encoding.ASCII.GetBytes(Text);
        if (Parse() != TopicStatus.Ok) throw new InvalidOperationException(Text);
    }

    [Benchmark(Baseline = true)]
    public TopicStatus Parse() => TopicParser.TryParse(topic, out parsed);

    [Benchmark]
    public bool Format() => TopicFormatter.TryFormat(parsed, destination, out _);

    [Benchmark]
    public ulong SplitString()
    {
        var parts = Encoding.UTF8.GetString(topic).Split('/');
        if (parts.Length < 5 || parts[0] != "sc" || parts[1] != "v1" || !parts[3].EndsWith(parts[2], StringComparison.Ordinal)) return 0;
        return ulong.Parse(parts[3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
