using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Frames of a water meter, as firmware makes them.</summary>
internal static class WaterFrame
{
    public static SectorCatalog Catalog { get; } = new(
        [SectorPackReader.Parse("water", File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "packs", "water", "pack.json")))]);

    /// <summary>Pressure in 0.1 kPa and flow in l/h, measured at a time in Unix milliseconds.</summary>
    public static byte[] Encode(ulong device, byte boot, ushort sequence, long time, int pressure, int flow)
    {
        Assert.True(Catalog.TryGetSchema(2, 1, out var schema));
        var raw = new long[Frame.FieldSlots];
        raw[schema.FieldNamed("pressure")!.Bit] = pressure;
        raw[schema.FieldNamed("flow")!.Bit] = flow;
        var presence = 1u << schema.FieldNamed("pressure")!.Bit | 1u << schema.FieldNamed("flow")!.Bit;
        var header = new FrameHeader(MessageType.Periodic, 2, 1, FrameFlags.None, boot, sequence, device, time, 0);
        var frame = new byte[64];
        Assert.Equal(EncodeStatus.Ok, FrameEncoder.TryEncodePeriodic(header, schema, presence, raw, frame, out var length));
        return frame[..length];
    }
}
