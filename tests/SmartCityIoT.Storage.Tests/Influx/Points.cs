using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>Readings for the tests of stores.</summary>
internal static class Points
{
    public const ulong FirstDevice = 0x70b3d57ed0001000;
    public const long Start = 1_767_225_600_000;
    public static readonly SeriesTags Tags = new("W 1", "24118", "WM,100");

    /// <summary>Appends a water reading with the flow alone. Its sequence number is <paramref name="index"/>.</summary>
    public static void AppendFlow(this ITelemetryStore store, int index, ulong device = FirstDevice, long? flow = null, long? timeMs = null) =>
        store.Append("water", device, 0, (timeMs ?? Start + index) * 1000, (ushort)index, (0, flow ?? index));

    public static void AppendFlows(this ITelemetryStore store, int count)
    {
        for (var index = 0; index < count; index++) store.AppendFlow(index);
    }

    /// <summary>Appends a reading with raw values by bit.</summary>
    public static void Append(
        this ITelemetryStore store, string sector, ulong device, int channel, long microseconds, ushort sequence, params (int Bit, long Raw)[] values)
    {
        var raw = new long[Frame.FieldSlots];
        var presence = 0u;
        foreach (var (bit, value) in values)
        {
            raw[bit] = value;
            presence |= 1u << bit;
        }

        var origin = new ReadingOrigin(device, microseconds, FrameFlags.None, Quality.Good, 7, sequence, 0);
        store.Append(new Reading { Origin = origin, Schema = Packs.Schema(sector), Channel = channel, Presence = presence, Raw = raw }, Tags);
    }
}
