using CsCheck;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Embedded;

public sealed class QuestionTests : StoreFolder
{
    private const long Day = 86_400_000;

    private static readonly SectorField[] Fields = [Flow, Volume, Speed, Boot];

    private static readonly ulong[] Devices = [1, Device, ulong.MaxValue];

    // Few devices, channels and times, so that samples meet; from before the epoch to beyond it.
    private static readonly Gen<(ulong Device, int Channel, long Microseconds, (SectorField, long)[] Values)> Reading = Gen.Select(
        Gen.Int[0, 2].Select(i => Devices[i]),
        Gen.Int[0, 1],
        Gen.Select(Gen.Long[-3, 40], Gen.Long[0, 2], (quarter, micro) => (quarter * Day / 16 * 1000) + micro),
        Gen.Select(Gen.Int[0, 3].Select(i => Fields[i]), Gen.Long[-5000, 5000]).Array[0, 4].Select(values => values.DistinctBy(v => v.Item1).ToArray()));

    private static readonly Aggregate[] Figures =
        [Aggregate.Mean, Aggregate.Minimum, Aggregate.Maximum, Aggregate.Sum, Aggregate.Percentile(0), Aggregate.Percentile(50), Aggregate.Percentile(99.5)];

    private static readonly Gen<(long From, long To)> Range =
        Gen.Select(Gen.Long[-Day, 3 * Day], Gen.Long[-Day, 3 * Day], (a, b) => (Math.Min(a, b), Math.Max(a, b)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_question_is_answered_as_a_naive_model_does(bool daysAreClosed)
    {
        await using var store = await OpenAsync(new EmbeddedOptions { RetentionDays = 0 });
        var model = new StoreModel();
        long position = 0;
        var round = Gen.Select(
            Reading.List[0, 30],
            Range,
            Gen.Int[1, 20],
            Gen.Int[0, 3].Select(i => Fields[i]),
            Gen.Int[0, 2].Select(i => Devices[i]).HashSet[0, 3],
            Gen.OneOf(Gen.Long[1, 5000], Gen.Long[60_000, Day]));
        await round.SampleAsync(
            async (readings, range, points, field, devices, interval) =>
            {
                foreach (var (device, channel, microseconds, values) in readings)
                {
                    Append(store, device, channel, microseconds, values);
                    model.Append(device, channel, microseconds, values);
                }

                await store.FlushAsync(++position, default);
                if (daysAreClosed)
                {
                    // What comes in a later round is late, and is merged into the files.
                    if (position % 2 == 0) Time.Advance(TimeSpan.FromDays(1));
                    await store.SettleDaysAsync();
                }

                var series = new SeriesQuestion(Devices[position % 3], (int)(position % 2), field, "water", range.From, range.To, points);
                Same(model.Series(series), await store.SeriesAsync(series, default));
                foreach (var figure in Figures)
                {
                    var question = new AggregateQuestion(devices, field, "water", range.From, range.To, interval, figure);
                    Same(model.Aggregates(question).Points, (await store.AggregateAsync(question, default)).Points);
                }

                var counts = new CountsQuestion("water", range.From, range.To);
                Assert.Equal(model.Counts(counts), await store.CountsAsync(counts, default));
            },
            iter: 60,
            threads: 1);
        Assert.Equal(daysAreClosed, store.OpenInstance!.Tables.Any(table => table.File is not null));
    }

    [Fact]
    public async Task The_newest_reading_per_device_and_channel_is_answered_as_a_naive_model_does()
    {
        // The first of the days that count is the second of those in which samples lie.
        var days = (int)(Today / Day) - 1;
        await using var store = await OpenAsync(new EmbeddedOptions { RetentionDays = 0, LastValueDays = days });
        var model = new StoreModel();
        long position = 0;
        await Reading.List[0, 5].SampleAsync(
            async readings =>
            {
                foreach (var (device, channel, microseconds, values) in readings)
                {
                    Append(store, device, channel, microseconds, values);
                    model.Append(device, channel, microseconds, values);
                }

                await store.FlushAsync(++position, default);
                var expected = model.Last(Day * 1000);
                var newest = await LastAsync(store);
                Assert.Equal(expected.Count, newest.Count);
                foreach (var reading in newest)
                {
                    var (time, raw) = expected[(reading.Device, reading.Channel)];
                    Assert.Equal(time, reading.TimeMicroseconds);
                    Assert.Equal(raw.Keys.Aggregate(0u, (mask, bit) => mask | (1u << bit)), reading.Presence);
                    foreach (var (bit, value) in raw) Assert.Equal(value, reading.Raw[bit]);
                }
            },
            iter: 40,
            threads: 1);
    }

    [Fact]
    public async Task The_newest_readings_come_with_all_that_was_stored_and_in_the_newest_layout()
    {
        var newer = new SectorSchema(2, "water", 2, [Field(5, "flow", 1, 3), Field(0, "level", 1, 0)]);
        await using var store = await OpenAsync(catalog: CatalogOf(Water, newer));
        Append(store, Device, 7, Today * 1000, (Flow, -5), (Volume, 9));
        await store.FlushAsync(1, default);
        var reading = Assert.Single(await LastAsync(store));
        Assert.Same(newer, reading.Schema);
        Assert.Equal((Device, 7, Today * 1000, 1u << 5), (reading.Device, reading.Channel, reading.TimeMicroseconds, reading.Presence));
        Assert.Equal(-5, reading.Raw[5]);
        Assert.Equal((FrameFlags.LowBattery, Quality.Late, 3, 258), (reading.Flags, reading.Quality, reading.Boot, reading.Sequence));
    }

    [Fact]
    public async Task A_field_or_sector_that_nobody_sent_has_no_points()
    {
        await using var store = await OpenAsync();
        Append(store, Device, 0, Today * 1000, (Flow, 1));
        await store.FlushAsync(1, default);
        var unknown = Field(9, "no'such\"field", 1, 0);
        Assert.Empty((await store.SeriesAsync(new SeriesQuestion(Device, 0, unknown, "water", 0, long.MaxValue, 5), default)).Points);
        Assert.Empty((await store.SeriesAsync(new SeriesQuestion(Device, 0, Flow, "'; --", 0, long.MaxValue, 5), default)).Points);
        Assert.Empty((await store.AggregateAsync(new AggregateQuestion([], Flow, "water", 0, long.MaxValue, 1000, Aggregate.Mean), default)).Points);
        Assert.Empty((await store.AggregateAsync(new AggregateQuestion([Device], Flow, "water", 5, 5, 1000, Aggregate.Mean), default)).Points);
        Assert.Empty(await store.CountsAsync(new CountsQuestion("'; --", 0, long.MaxValue), default));
    }

    [Fact]
    public async Task Readers_see_whole_flushes_while_the_writer_writes_and_checkpoints()
    {
        const int PerFlush = 3000;
        await using var store = await OpenAsync(new EmbeddedOptions { CheckpointMegabytes = 1 });
        await store.FlushAsync(1, default);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(ReadAsync)).ToArray();
        for (var flush = 0; flush < 20; flush++)
        {
            for (var i = 0; i < PerFlush; i++) Append(store, Device, 0, (Today * 1000) + (flush * PerFlush) + i, (Flow, i), (Volume, i * 7919L));
            await store.FlushAsync(2 + flush, default);
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), answers => Assert.True(answers > 0));
        Assert.Equal(20 * PerFlush, (await RawAsync(store, Flow)).Count);
        Assert.True(store.Health.IsUp);

        async Task<int> ReadAsync()
        {
            long last = 0;
            for (var answers = 1; ; answers++)
            {
                var means = await store.AggregateAsync(new AggregateQuestion([Device], Flow, "water", Today, Today + Day, Day, Aggregate.Mean), default);
                var count = means.Points.Sum(point => point.Count);
                Assert.True(count >= last && count % PerFlush == 0, $"{count} after {last}");
                last = count;
                if (done.IsCancellationRequested) return answers;
            }
        }
    }

    [Fact]
    public async Task A_question_that_is_called_off_stops()
    {
        await using var store = await OpenAsync();
        Append(store, Device, 0, Today * 1000, (Flow, 1));
        await store.FlushAsync(1, default);
        using var calledOff = new CancellationTokenSource();
        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.SeriesAsync(new SeriesQuestion(Device, 0, Flow, "water", 0, long.MaxValue, 5), calledOff.Token));
        Assert.Single(await RawAsync(store, Flow));
    }

    private static async Task<List<StoredReading>> LastAsync(EmbeddedStore store)
    {
        var readings = new List<StoredReading>();
        await foreach (var reading in store.LastValuesAsync(default)) readings.Add(reading);
        return readings;
    }

    private static void Same(SeriesAnswer expected, SeriesAnswer actual)
    {
        Assert.Equal(expected.IntervalMs, actual.IntervalMs);
        Assert.Equal(expected.Points.Select(p => p with { Mean = 0 }), actual.Points.Select(p => p with { Mean = 0 }));
        foreach (var (e, a) in expected.Points.Zip(actual.Points)) Assert.Equal(e.Mean, a.Mean, 1e-9);
    }

    private static void Same(IReadOnlyList<AggregatePoint> expected, IReadOnlyList<AggregatePoint> actual)
    {
        Assert.Equal(expected.Select(p => (p.Time, p.Count)), actual.Select(p => (p.Time, p.Count)));
        foreach (var (e, a) in expected.Zip(actual)) Assert.Equal(e.Value, a.Value, 1e-6);
    }
}
