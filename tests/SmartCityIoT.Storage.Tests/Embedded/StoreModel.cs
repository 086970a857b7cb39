using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>What the store must answer, by the simplest means: a dictionary of the last reading per device, channel and time.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<(ulong Device, int Channel, long Microseconds), Dictionary<int, long>> readings = [];

    public void Append(ulong device, int channel, long microseconds, IEnumerable<(SectorField Field, long Raw)> values) =>
        readings[(device, channel, microseconds)] = values.ToDictionary(value => value.Field.Bit, value => value.Raw);

    public SeriesAnswer Series(SeriesQuestion question)
    {
        var values = Values(question.Field, question.From, question.To)
            .Where(value => value.Device == question.Device && value.Channel == question.Channel)
            .OrderBy(value => value.Microseconds)
            .ToArray();
        if (values.Length <= question.Points)
        {
            return new SeriesAnswer(0, [.. values.Select(v => new SeriesPoint(Floor(v.Microseconds, 1000) / 1000, v.Value, v.Value, v.Value, 1))]);
        }

        var interval = BucketInterval.For(question.From, question.To, question.Points);
        return new SeriesAnswer(interval, [.. values
            .GroupBy(value => Floor(value.Microseconds, interval * 1000) / 1000)
            .Select(b => new SeriesPoint(b.Key, b.Min(v => v.Value), b.Average(v => v.Value), b.Max(v => v.Value), b.Count()))]);
    }

    public MeansAnswer Means(MeansQuestion question) => new([.. Values(question.Field, question.From, question.To)
        .Where(value => question.Devices.Contains(value.Device))
        .GroupBy(value => Floor(value.Microseconds, question.IntervalMs * 1000) / 1000)
        .OrderBy(bucket => bucket.Key)
        .Select(bucket => new MeansPoint(bucket.Key, bucket.Average(value => value.Value), bucket.Count()))]);

    /// <summary>Time and raw values by bit of the newest reading per device and channel.</summary>
    public Dictionary<(ulong Device, int Channel), (long Microseconds, Dictionary<int, long> Raw)> Last(long firstMicroseconds) => readings
        .Where(reading => reading.Key.Microseconds >= firstMicroseconds)
        .GroupBy(reading => (reading.Key.Device, reading.Key.Channel))
        .ToDictionary(series => series.Key, series => series.MaxBy(r => r.Key.Microseconds) is var r ? (r.Key.Microseconds, r.Value) : default);

    private IEnumerable<(ulong Device, int Channel, long Microseconds, double Value)> Values(SectorField field, long from, long to) => readings
        .Where(reading => reading.Key.Microseconds >= from * 1000 && reading.Key.Microseconds < to * 1000 && reading.Value.ContainsKey(field.Bit))
        .Select(reading => (reading.Key.Device, reading.Key.Channel, reading.Key.Microseconds, field.Scale.ToPhysical(reading.Value[field.Bit])));

    private static long Floor(long value, long unit) => value - (((value % unit) + unit) % unit);
}
