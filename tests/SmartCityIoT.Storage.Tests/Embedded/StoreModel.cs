using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>What a store must answer, by the simplest means: a dictionary of the last reading per device, channel and time.</summary>
internal sealed class StoreModel
{
    private readonly Dictionary<(ulong Device, int Channel, long Microseconds), Dictionary<int, long>> readings = [];
    private readonly Dictionary<(ulong Device, int Channel, long Microseconds), Quality> qualities = [];

    public void Append(
        ulong device, int channel, long microseconds, IEnumerable<(SectorField Field, long Raw)> values, Quality quality = Quality.Late)
    {
        readings[(device, channel, microseconds)] = values.ToDictionary(value => value.Field.Bit, value => value.Raw);
        qualities[(device, channel, microseconds)] = quality;
    }

    public SeriesAnswer Series(SeriesQuestion question)
    {
        var values = Values(question.Field, question.From, question.To)
            .Where(value => value.Device == question.Device && value.Channel == question.Channel)
            .OrderBy(value => value.Microseconds)
            .ToArray();
        if (values.Length <= question.Points)
        {
            return new SeriesAnswer(0, [.. values.Select(v => new SeriesPoint(Floor(v.Microseconds, 1000) / 1000, v.Value, v.Value, v.Value, 1, v.Quality))]);
        }

        var interval = BucketInterval.For(question.From, question.To, question.Points);
        return new SeriesAnswer(interval, [.. values
            .GroupBy(value => Floor(value.Microseconds, interval * 1000) / 1000)
            .Select(b => new SeriesPoint(b.Key, b.Min(v => v.Value), b.Average(v => v.Value), b.Max(v => v.Value), b.Count(), OrOf(b.Select(v => v.Quality))))]);
    }

    public AggregateAnswer Aggregates(AggregateQuestion question) => new([.. Values(question.Field, question.From, question.To)
        .Where(value => question.Devices.Contains(value.Device))
        .GroupBy(value => Floor(value.Microseconds, question.IntervalMs * 1000) / 1000, value => value.Value)
        .OrderBy(bucket => bucket.Key)
        .Select(bucket => new AggregatePoint(bucket.Key, Figure(question.Aggregate, [.. bucket.Order()]), bucket.Count()))]);

    public IReadOnlyList<DeviceCount> Counts(CountsQuestion question) => [.. readings.Keys
        .Where(key => key.Microseconds >= question.From * 1000 && key.Microseconds < question.To * 1000)
        .GroupBy(key => key.Device)
        .OrderBy(device => device.Key)
        .Select(device => new DeviceCount(device.Key, device.Count()))];

    /// <summary>Time and raw values by bit of the newest reading per device and channel.</summary>
    public Dictionary<(ulong Device, int Channel), (long Microseconds, Dictionary<int, long> Raw)> Last(long firstMicroseconds) => readings
        .Where(reading => reading.Key.Microseconds >= firstMicroseconds)
        .GroupBy(reading => (reading.Key.Device, reading.Key.Channel))
        .ToDictionary(series => series.Key, series => series.MaxBy(r => r.Key.Microseconds) is var r ? (r.Key.Microseconds, r.Value) : default);

    private IEnumerable<(ulong Device, int Channel, long Microseconds, double Value, Quality Quality)> Values(SectorField field, long from, long to) => readings
        .Where(reading => reading.Key.Microseconds >= from * 1000 && reading.Key.Microseconds < to * 1000 && reading.Value.ContainsKey(field.Bit))
        .Select(reading => (reading.Key.Device, reading.Key.Channel, reading.Key.Microseconds, field.Scale.ToPhysical(reading.Value[field.Bit]), qualities[reading.Key]));

    private static double Figure(Aggregate aggregate, double[] sorted) => aggregate.Kind switch
    {
        AggregateKind.Minimum => sorted[0],
        AggregateKind.Maximum => sorted[^1],
        AggregateKind.Sum => sorted.Sum(),
        AggregateKind.Mean => sorted.Average(),
        _ => sorted[Math.Max(1, (int)Math.Floor((sorted.Length * aggregate.Rank / 100) + 0.5)) - 1],
    };

    private static Quality OrOf(IEnumerable<Quality> qualities) => qualities.Aggregate((all, one) => all | one);

    private static long Floor(long value, long unit) => value - (((value % unit) + unit) % unit);
}
