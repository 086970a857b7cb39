using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.LoadTest;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>
/// The questions of the bars, put to a store that holds a district's readings. Each run asks about other devices and takes the median of what they
/// took, so that no answer is at hand from the run before.
/// </summary>
internal sealed class StoreQuestions(ITelemetryStore store, StorageDistrict district, int runs)
{
    private const int AsksPerRun = 11;
    private const int MeansDevices = 200;
    private const int Buckets = 500;
    private const long Hour = 3_600_000;
    private const long FiveMinutes = 300_000;

    private readonly Random random = new(1);

    /// <summary>One hour of one device, every value of a field.</summary>
    public Task<Figure> HourAsync(string name, double bar, CancellationToken cancellation) => MeasureAsync(name, bar, async () =>
    {
        var from = Within(Hour);
        var answer = await store.SeriesAsync(new SeriesQuestion(OneMeter(), 0, Field("water", "flow"), "water", from, from + Hour, 10_000), cancellation).ConfigureAwait(false);
        return answer.Points.Count;
    });

    /// <summary>Means of 5 minutes of one field over 200 lamps that stand all over the district, for 24 hours.</summary>
    public Task<Figure> MeansAsync(string name, double bar, CancellationToken cancellation) => MeasureAsync(name, bar, async () =>
    {
        var devices = district.Scattered("lighting", MeansDevices);
        var from = Within(StorageDistrict.DayMilliseconds) / FiveMinutes * FiveMinutes;
        var question = new AggregateQuestion(
            devices, Field("lighting", "power"), "lighting", from, from + StorageDistrict.DayMilliseconds, FiveMinutes, Aggregate.Mean);
        return (await store.AggregateAsync(question, cancellation).ConfigureAwait(false)).Points.Count;
    });

    /// <summary>One field of one device over all days, in buckets with minimum, mean and maximum.</summary>
    public Task<Figure> MonthAsync(string name, double bar, CancellationToken cancellation) => MeasureAsync(name, bar, async () =>
    {
        var to = StorageDistrict.Start + (district.Days * StorageDistrict.DayMilliseconds);
        var question = new SeriesQuestion(OneMeter(), 0, Field("water", "flow"), "water", StorageDistrict.Start, to, Buckets);
        return (await store.SeriesAsync(question, cancellation).ConfigureAwait(false)).Points.Count;
    });

    private static SectorField Field(string sector, string name) => SampleFrames.Schema(sector).Fields.First(field => field.Name == name);

    private ulong OneMeter()
    {
        var meters = district.Scattered("water", int.MaxValue);
        return meters[random.Next(meters.Length)];
    }

    /// <summary>Unix milliseconds of a random moment after which a span still lies in the days.</summary>
    private long Within(long span) => StorageDistrict.Start + random.NextInt64(Math.Max(1, (district.Days * StorageDistrict.DayMilliseconds) - span));

    /// <param name="ask">Asks once and answers how many points came back.</param>
    private async Task<Figure> MeasureAsync(string name, double bar, Func<Task<int>> ask)
    {
        FigureTable.Progress(name);
        var points = await ask().ConfigureAwait(false);
        var medians = new double[runs];
        for (var run = 0; run < runs; run++)
        {
            var times = new double[AsksPerRun];
            for (var i = 0; i < times.Length; i++)
            {
                var from = TimeProvider.System.GetTimestamp();
                points += await ask().ConfigureAwait(false);
                times[i] = TimeProvider.System.GetElapsedTime(from).TotalMilliseconds;
            }

            medians[run] = Percentiles.Of(times, 50);
        }

        // A fast answer with nothing in it would be no figure.
        return points > 0 ? new Figure(name, "ms", medians, Bar: bar) : throw new LoadTestException(name + ": every answer was empty");
    }
}
