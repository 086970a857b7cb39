using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Ingestion.Tests;

/// <summary>Frames as devices send them, made by the project's own encoder, and the catalog that decodes them.</summary>
internal static class Samples
{
    public const ulong DeviceA = 0x70b3d57ed0001001;
    public const ulong DeviceB = 0x70b3d57ed0001002;
    public const ulong Counter = 0x70b3d57ed0001003;
    public const ulong Stranger = 0x70b3d57ed00010ff;

    public static SectorCatalog Catalog { get; } = new([.. new[] { "traffic", "water", "lighting" }.Select(sector =>
        SectorPackReader.Parse(sector, File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "packs", sector, "pack.json"))))]);

    public static SectorSchema Water => Catalog.PackNamed("water")!.Schemas[0];

    public static SectorSchema Traffic => Catalog.PackNamed("traffic")!.Schemas[0];

    public static FrameHeader Header(ulong device, ushort sequence, long time, byte boot = 1, FrameFlags flags = FrameFlags.None, byte sector = 2) =>
        new(MessageType.Periodic, sector, 1, flags, boot, sequence, device, time, 0);

    /// <summary>A water meter's record with a pressure in tenths of a kPa.</summary>
    public static byte[] Pressure(ulong device, ushort sequence, long time, long pressure = 3000, byte boot = 1, FrameFlags flags = FrameFlags.None) =>
        Periodic(Header(device, sequence, time, boot, flags), Water, ("pressure", pressure));

    /// <summary>One lane of a traffic counter; the lane byte is the channel.</summary>
    public static byte[] Lane(ulong device, ushort sequence, long time, byte lane, long cars) =>
        Periodic(Header(device, sequence, time, sector: 1), Traffic, ("interval", 60), ("lane", lane), ("car_count", cars));

    public static byte[] Periodic(FrameHeader header, SectorSchema schema, params (string Field, long Raw)[] values)
    {
        var raw = new long[Frame.FieldSlots];
        var presence = Fill(schema, raw, values);
        var frame = new byte[FrameLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodePeriodic(header, schema, presence, raw, frame, out var written));
        return frame[..written];
    }

    /// <summary>Pressures at equal intervals; the header's time is the first's.</summary>
    public static byte[] Batch(FrameHeader header, int intervalSeconds, params long[] pressures)
    {
        var samples = new long[pressures.Length * Frame.FieldSlots];
        var bit = Water.FieldNamed("pressure")!.Bit;
        for (var i = 0; i < pressures.Length; i++) samples[(i * Frame.FieldSlots) + bit] = pressures[i];
        var frame = new byte[FrameLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeBatch(header, Water, 1u << bit, intervalSeconds, samples, frame, out var written));
        return frame[..written];
    }

    public static byte[] Event(FrameHeader header, EventBody body)
    {
        var frame = new byte[FrameLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeEvent(header, body, frame, out var written));
        return frame[..written];
    }

    public static byte[] Boot(FrameHeader header, BootBody body)
    {
        var frame = new byte[FrameLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeBoot(header, body, frame, out var written));
        return frame[..written];
    }

    public static byte[] Acknowledgement(FrameHeader header, AcknowledgementBody body)
    {
        var frame = new byte[FrameLength];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodeAcknowledgement(header, body, frame, out var written));
        return frame[..written];
    }

    public static Frame Decode(byte[] payload)
    {
        var frame = new Frame();
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(payload, Catalog, frame));
        return frame;
    }

    private const int FrameLength = 24 + 1024 + 4;

    private static uint Fill(SectorSchema schema, long[] raw, (string Field, long Raw)[] values)
    {
        var presence = 0u;
        foreach (var (name, value) in values)
        {
            var bit = schema.FieldNamed(name)!.Bit;
            raw[bit] = value;
            presence |= 1u << bit;
        }

        return presence;
    }
}
