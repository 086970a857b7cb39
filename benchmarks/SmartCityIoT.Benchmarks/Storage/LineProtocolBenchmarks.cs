using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// One water reading of eight fields to one line of line protocol: the encoder against the two ways that come to mind first.
/// 1,000 points of 100 devices per invocation, so that the series cache is used as in a district, and each with values of its own, so that no
/// processor learns how many digits come next.
/// </summary>
[MemoryDiagnoser]
public class LineProtocolBenchmarks
{
    public const int PointsPerInvocation = 1_000;

    /// <summary>Fields of one line: those of the reading, and flags, quality, boot, sequence and sample.</summary>
    public const int FieldsPerPoint = 8 + 5;

    private const int Devices = 100;

    /// <summary>Rows of values, which the points take in turn: more than a branch predictor remembers, a power of two.</summary>
    private const int Rows = 4_096;
    private const ulong FirstDevice = 0x70b3d57ed0001000;

    private static readonly SectorField[] Fields =
    [
        Field(0, "flow", 1, 3), Field(1, "volume", 1, 0), Field(2, "pressure", 1, 1), Field(5, "ph", 1, 2),
        Field(6, "free_chlorine", 1, 3), Field(7, "temperature", 1, 2), Field(12, "battery_voltage", 1, 3), Field(13, "status", 1, 0),
    ];

    private readonly SectorSchema schema = new(2, "water", 1, Fields);
    private readonly SeriesTags tags = new("W-0142", "24118", "WM-100");
    private readonly long[] raw = new long[Rows * Frame.FieldSlots];
    private readonly LineBuffer buffer = new();
    private readonly StringBuilder text = new();
    private LineProtocolEncoder encoder = null!;
    private int next;

    [GlobalSetup]
    public void Fill()
    {
        encoder = new LineProtocolEncoder(buffer);
        var random = new Random(7);
        for (var row = 0; row < Rows; row++)
        {
            // A meter with its probes: flows of a household and of a main, volumes from new to old.
            long[] values =
            [
                (long)Math.Pow(10, random.NextDouble() * 5), (long)Math.Pow(10, 3 + (random.NextDouble() * 5)), random.Next(800, 4_500), random.Next(650, 820),
                random.Next(40, 900), random.Next(1_900, 3_100), random.Next(3_200, 3_700), random.Next(10) == 0 ? random.Next(1, 2_048) : 0,
            ];
            for (var index = 0; index < Fields.Length; index++) raw[(row * Frame.FieldSlots) + Fields[index].Bit] = values[index];
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = PointsPerInvocation, Description = "LineProtocolEncoder (raw integers, cached series)")]
    public int Encoder()
    {
        buffer.Clear();
        for (var point = 0; point < PointsPerInvocation; point++)
        {
            encoder.Append(
                new Reading { Origin = Origin(point), Schema = schema, Channel = 0, Presence = schema.KnownMask, Raw = NextRow() }, tags);
        }

        return buffer.Length;
    }

    [Benchmark(OperationsPerInvoke = PointsPerInvocation, Description = "string interpolation, then UTF-8")]
    public int Interpolation()
    {
        var length = 0;
        for (var point = 0; point < PointsPerInvocation; point++)
        {
            var origin = Origin(point);
            var row = NextRow();
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"{schema.SectorName},area={tags.Area},channel=0,device={DeviceId.Format(origin.Device)},model={tags.Model},site={tags.Site} "
                + $"flow={Physical(row, 0)},volume={row[1]}i,pressure={Physical(row, 2)},ph={Physical(row, 3)},free_chlorine={Physical(row, 4)},temperature={Physical(row, 5)},"
                + $"battery_voltage={Physical(row, 6)},status={row[13]}i,flags={(int)origin.Flags}i,quality={(int)origin.Quality}i,boot={origin.Boot}i,"
                + $"seq={origin.Sequence}i,sample={origin.Sample}i {origin.TimeMicroseconds}\n");
            length += Encoding.UTF8.GetBytes(line).Length;
        }

        return length;
    }

    [Benchmark(OperationsPerInvoke = PointsPerInvocation, Description = "StringBuilder over the fields, doubles formatted")]
    public int Doubles()
    {
        text.Clear();
        for (var point = 0; point < PointsPerInvocation; point++)
        {
            var origin = Origin(point);
            var row = NextRow();
            text.Append(schema.SectorName).Append(",area=").Append(tags.Area).Append(",channel=0,device=").Append(DeviceId.Format(origin.Device))
                .Append(",model=").Append(tags.Model).Append(",site=").Append(tags.Site).Append(' ');
            for (var index = 0; index < Fields.Length; index++)
            {
                var field = Fields[index];
                text.Append(field.Name).Append('=');
                if (field.IsInteger) text.Append(row[field.Bit]).Append('i');
                else text.Append(CultureInfo.InvariantCulture, $"{Physical(row, index)}");
                text.Append(',');
            }

            text.Append("flags=").Append((int)origin.Flags).Append("i,quality=").Append((int)origin.Quality).Append("i,boot=").Append(origin.Boot)
                .Append("i,seq=").Append(origin.Sequence).Append("i,sample=").Append(origin.Sample).Append("i ").Append(origin.TimeMicroseconds).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString()).Length;
    }

    private ReadOnlySpan<long> NextRow() => raw.AsSpan((next++ & (Rows - 1)) * Frame.FieldSlots, Frame.FieldSlots);

    private static double Physical(ReadOnlySpan<long> row, int index) => Fields[index].Scale.ToPhysical(row[Fields[index].Bit]);

    private static ReadingOrigin Origin(int point) => new(
        FirstDevice + ((ulong)point % Devices), 1_796_083_200_000_000 + (point * 1_000L), FrameFlags.None, Quality.Good, 3, (ushort)point, 0);

    private static SectorField Field(int bit, string name, int multiplier, int digits) => new()
    {
        Bit = bit,
        Name = name,
        Type = RawType.I32,
        Scale = new DecimalScale(multiplier, digits),
        Unit = "1",
        LabelVi = name,
        LabelEn = name,
    };
}
