using BenchmarkDotNet.Attributes;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Live;

/// <summary>What one message costs the live consumer behind the decoder, and what a screen's read costs.</summary>
[MemoryDiagnoser]
public class LiveTableBenchmarks
{
    private const int Devices = 2000;
    private const int BlockSize = 256;
    private static readonly SectorSchema Schema = new(2, "water", 1, [.. Enumerable.Range(0, 14).Select(Field)]);
    private readonly long[] raw = new long[32];
    private LiveTable table = null!;
    private long now;

    [GlobalSetup]
    public void Fill()
    {
        table = new LiveTable(new SectorCatalog([]), TimeProvider.System);
        now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < Devices; i++) Take((ulong)i);
        table.Publish();
    }

    /// <summary>A block of messages from as many devices, published to the feed.</summary>
    [Benchmark(OperationsPerInvoke = BlockSize)]
    public void TakeBlock()
    {
        now++;
        for (var i = 0; i < BlockSize; i++) Take((ulong)((now * BlockSize + i) % Devices));
        table.Publish();
    }

    /// <summary>One device's row for a screen, changed since it was last read.</summary>
    [Benchmark]
    public LiveDevice? ReadChangedRow()
    {
        now++;
        Take(1);
        return table.TryGet(1, out var device) ? device : null;
    }

    /// <summary>The same row for the next screen.</summary>
    [Benchmark]
    public LiveDevice? ReadUnchangedRow() => table.TryGet(2, out var device) ? device : null;

    private void Take(ulong device)
    {
        table.CountMessage(now);
        table.Link(new LinkUpdate(device, now, new FrameCounters(1)) { Boot = 1, Sequence = (ushort)now });
        table.Apply(
            new Reading
            {
                Origin = new ReadingOrigin(device, now * 1000, 0, 0, 1, (ushort)now, 0),
                Schema = Schema,
                Channel = 0,
                Presence = 0x3FFF,
                Raw = raw,
            },
            now);
    }

    private static SectorField Field(int bit) => new()
    {
        Bit = bit,
        Name = "f" + bit,
        Type = RawType.I32,
        Scale = DecimalScale.One,
        Unit = "1",
        LabelVi = "f",
        LabelEn = "f",
    };
}
