using SmartCityIoT.LoadTest.Figures;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>Line protocol against string interpolation, in turn and in short slices, so that both have the same machine.</summary>
internal static class EncodePart
{
    private const int SlicesPerRun = 100;
    private const int PointsPerSlice = 3_000;
    private const double BarNanoseconds = 15;
    private const double BarRatio = 5;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static IEnumerable<Figure> Measure(StorageOptions options)
    {
        FigureTable.Progress("encode: line protocol and string interpolation in turn");
        var benchmark = new LineProtocolBenchmarks();
        benchmark.Fill();
        var from = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(from) < WarmUp) Run(benchmark);
        var runs = Enumerable.Range(0, options.Runs).Select(_ => Run(benchmark)).ToArray();
        return
        [
            new("encode a reading of 8 values and 5 of its own, for each field", "ns", [.. runs.Select(run => run.Encoder)], Bar: BarNanoseconds),
            new("encode, allocated for each reading", "B", [.. runs.Select(run => run.Bytes)], Bar: 0),
            new("string interpolation ÷ encoder", "×", [.. runs.Select(run => run.Interpolation / run.Encoder)], Floor: BarRatio),
        ];
    }

    /// <summary>Nanoseconds for each field, of either; bytes that the encoder allocated for each point.</summary>
    private static (double Encoder, double Interpolation, double Bytes) Run(LineProtocolBenchmarks benchmark)
    {
        Func<int> encode = benchmark.Encoder;
        Func<int> interpolate = benchmark.Interpolation;
        var encoder = TimeSpan.Zero;
        var interpolation = TimeSpan.Zero;
        long bytes = 0;
        for (var slice = 0; slice < SlicesPerRun; slice++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            encoder += Time(encode);
            bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
            interpolation += Time(interpolate);
        }

        const double Points = SlicesPerRun * (double)PointsPerSlice;
        return (
            encoder.TotalNanoseconds / Points / LineProtocolBenchmarks.FieldsPerPoint,
            interpolation.TotalNanoseconds / Points / LineProtocolBenchmarks.FieldsPerPoint,
            bytes / Points);
    }

    private static TimeSpan Time(Func<int> encode)
    {
        var from = TimeProvider.System.GetTimestamp();
        for (var points = 0; points < PointsPerSlice; points += LineProtocolBenchmarks.PointsPerInvocation) encode();
        return TimeProvider.System.GetElapsedTime(from);
    }
}
