using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Live.Tests;

/// <summary>A small sector of three fields, and readings of it.</summary>
internal static class Readings
{
    public const long Start = 1_800_000_000_000;

    public static SectorSchema Schema { get; } = new(2, "water", 1,
    [
        Field(0, "flow"),
        Field(2, "pressure"),
        Field(12, "battery_voltage"),
    ]);

    public static SectorCatalog Catalog { get; } = new(
    [
        new SectorPack { Sector = 2, Name = "water", Version = "1", LabelVi = "Nước", LabelEn = "Water", Schemas = [Schema] },
    ]);

    public static Reading At(ulong device, long milliseconds, long flow, int channel = 0) =>
        Of(device, milliseconds, channel, (0, flow), (12, 3600));

    public static Reading Of(ulong device, long milliseconds, int channel, params ReadOnlySpan<(int Bit, long Raw)> values)
    {
        var raw = new long[Frame.FieldSlots];
        uint presence = 0;
        foreach (var (bit, value) in values)
        {
            raw[bit] = value;
            presence |= 1u << bit;
        }

        return new Reading
        {
            Origin = new ReadingOrigin(device, milliseconds * 1000, FrameFlags.LowBattery, Quality.OutOfRange, 3, 7, 0),
            Schema = Schema,
            Channel = channel,
            Presence = presence,
            Raw = raw,
        };
    }

    private static SectorField Field(int bit, string name) => new()
    {
        Bit = bit,
        Name = name,
        Type = RawType.I32,
        Scale = new DecimalScale(1, 3),
        Unit = "1",
        LabelVi = name,
        LabelEn = name,
    };
}
