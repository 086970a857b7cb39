using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Telemetry;

/// <summary>Frames as devices send them: every field of the sector, plausible values, or a quarter of an hour of them as one batch.</summary>
internal static class SampleFrames
{
    private const int BatchSamples = 15;

    public static SectorCatalog Catalog { get; } = new([Read("traffic"), Read("water"), Read("lighting")]);

    public static IReadOnlyList<string> Names { get; } =
        ["traffic periodic", "water periodic", "lighting periodic", "water batch of 15", "event", "boot", "acknowledgement"];

    public static SectorSchema Schema(string sector) => Catalog.PackNamed(sector)!.Schemas[0];

    public static FrameHeader Header(SectorSchema schema) => new(
        MessageType.Periodic, schema.Sector, schema.Number, FrameFlags.None, 3, 258, 0x70B3D57ED0001002, 1_796_083_200_000, 0);

    /// <summary>Rows of raw values near the middle of each field's plausible range, each a little off the one before.</summary>
    public static long[] Samples(SectorSchema schema, int count)
    {
        var samples = new long[count * Frame.FieldSlots];
        foreach (var field in schema.Fields)
        {
            var maximum = Math.Min(field.ValidMaximum, field.Type.Maximum());
            for (var sample = 0; sample < count; sample++)
            {
                var wobble = (sample * 7) % 5;
                samples[(sample * Frame.FieldSlots) + field.Bit] = Math.Min((maximum / 3) + wobble, maximum);
            }
        }

        return samples;
    }

    public static byte[] Encode(string name)
    {
        var bytes = new byte[FrameLayout.MaxLength];
        var written = 0;
        var words = name.Split(' ');
        var status = words switch
        {
            [var sector, "periodic"] => Periodic(Schema(sector), bytes, out written),
            [var sector, "batch", ..] => Batch(Schema(sector), bytes, out written),
            ["event"] => FrameEncoder.TryEncodeEvent(Header(Schema("water")), new EventBody(17, 3, 2, 4200, 6000), bytes, out written),
            ["boot"] => FrameEncoder.TryEncodeBoot(Header(Schema("water")), new BootBody(1, 2, 3, 1, 0, 86_400, 12), bytes, out written),
            _ => FrameEncoder.TryEncodeAcknowledgement(Header(Schema("water")), new AcknowledgementBody(1, 0, 0), bytes, out written),
        };
        return status == EncodeStatus.Ok ? bytes[..written] : throw new InvalidOperationException($"{name}: {status}");
    }

    private static EncodeStatus Periodic(SectorSchema schema, Span<byte> destination, out int written) =>
        FrameEncoder.TryEncodePeriodic(Header(schema), schema, schema.KnownMask, Samples(schema, 1), destination, out written);

    private static EncodeStatus Batch(SectorSchema schema, Span<byte> destination, out int written) => FrameEncoder.TryEncodeBatch(
        Header(schema), schema, schema.KnownMask, 60, Samples(schema, BatchSamples), destination, out written);

    internal static SectorPack Read(string sector) => SectorPackReader.Parse(
        sector, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "packs", sector, "pack.json")));
}
