using System.Globalization;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>Rows of every kind for tests that move them, and their text, by which two stores are compared.</summary>
internal static class RawRows
{
    /// <summary>Midnight of 2026-02-27 in microseconds.</summary>
    public const long Start = 1_772_150_400_000_000;

    public const long Day = 86_400_000_000;

    private static readonly SeriesTags[] Placements = [new("W 1", "24118", "WM,100"), new("W=2", "", ""), SeriesTags.None];

    /// <summary>Appends readings of every sector, with gaps and extreme values, and events, boots and acknowledgements, over three days, out of order.</summary>
    public static void AppendAll(ITelemetryStore store, int devices = 4, int perDay = 3)
    {
        for (var device = devices; device > 0; device--)
        {
            for (var row = (3 * perDay) - 1; row >= 0; row--) AppendRow(store, device, row, perDay);
        }
    }

    public static async Task<List<StoredPoint>> ReadAllAsync(ITelemetryStore store, RangeQuestion? question = null)
    {
        var points = new List<StoredPoint>();
        await foreach (var point in store.Raw.ReadAsync(question ?? RangeQuestion.All, TestContext.Current.CancellationToken)) points.Add(point);
        return points;
    }

    /// <summary>Everything that a row says.</summary>
    public static string Text(StoredPoint point)
    {
        var values = Enumerable.Range(0, point.Raw.Length)
            .Where(bit => point.Kind != PointKind.Reading || (point.Presence >> bit & 1) != 0)
            .Select(bit => string.Create(CultureInfo.InvariantCulture, $"{bit}={point.Raw[bit]}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{point.Key} {point.Origin} {point.Schema.SectorName}/{point.Schema.Number} {point.Tags} {point.Presence:x8} {string.Join(' ', values)}");
    }

    private static void AppendRow(ITelemetryStore store, int device, int row, int perDay)
    {
        var id = 0x70b3d57ed0001000 + (ulong)device;
        var time = Start + (row / perDay * Day) + (row % perDay * 1_000_001) + device;
        var origin = new ReadingOrigin(id, time, (FrameFlags)(row % 32), (Quality)(row % 128), (byte)(row + 1), (ushort)(row * 7), (byte)(row % 3));
        var tags = Placements[device % Placements.Length];
        foreach (var pack in Packs.Catalog.Packs)
        {
            var raw = new long[Frame.FieldSlots];
            var presence = 0u;
            foreach (var field in pack.Schemas[^1].Fields.Where(field => field.Role != FieldRole.Channel))
            {
                if ((row + field.Bit + device) % 4 == 0) continue;
                presence |= 1u << field.Bit;
                raw[field.Bit] = row % 3 == 0 ? field.Type.Minimum() : row % 3 == 1 ? Math.Min(field.Type.Maximum(), 1L << 48) : 12345 % (field.Type.Maximum() + 1);
            }

            store.Append(new Reading { Origin = origin, Schema = pack.Schemas[^1], Channel = row % 2, Presence = presence, Raw = raw }, tags);
        }

        store.AppendEvent(origin, Packs.Schema("water"), new EventBody(7, 3, 0, long.MaxValue - row, -row), tags);
        store.AppendBoot(origin, new BootBody(1, 2, 3, 4, 5, uint.MaxValue, ushort.MaxValue), tags);
        store.AppendAcknowledgement(origin, new AcknowledgementBody(uint.MaxValue, 4, (ushort)row), tags);
    }
}
