using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Tests.Embedded;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Questions;

/// <summary>The same readings in the embedded store and in a real InfluxDB: each question has one answer, that of a naive model.</summary>
public sealed class BothStoresTests : IAsyncLifetime
{
    private const long Start = 1_767_225_600_000;
    private const long Hour = 3_600_000;
    private const int Readings = 4_000;

    // A decimal and a whole number, whose types differ in InfluxDB; a reading may have either or both.
    private static readonly SectorField[] Fields = [Packs.Field("water", "flow"), Packs.Field("water", "volume")];
    private static readonly ulong[] Devices = [0x70b3d57ed0001000, 0x70b3d57ed0001001, 0x70b3d57ed0001002];

    private static readonly Aggregate[] Figures =
        [Aggregate.Mean, Aggregate.Minimum, Aggregate.Maximum, Aggregate.Sum, Aggregate.Percentile(0), Aggregate.Percentile(37.5), Aggregate.Percentile(95)];

    private readonly string folder = Directory.CreateTempSubdirectory("stores").FullName;
    private readonly StoreModel model = new();
    private InfluxdServer server = null!;
    private ITelemetryStore[] stores = [];

    public async ValueTask InitializeAsync()
    {
        server = await InfluxdServer.StartAsync();
        stores =
        [
            new EmbeddedStore(
                Path.Combine(folder, "telemetry.duckdb"), new EmbeddedOptions { RetentionDays = 0 }, Packs.Catalog, TimeProvider.System,
                NullLogger<EmbeddedStore>.Instance),
            new InfluxStore(new InfluxOptions { Url = server.Url }, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance),
        ];
        foreach (var store in stores) await store.OpenAsync(default);
        Fill();
        foreach (var store in stores) Assert.Empty((await store.FlushAsync(1, default)).Refused);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores) await store.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_question_has_the_same_answer_from_both()
    {
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var field = Fields[round % 2];
            var from = Start + random.NextInt64(0, 20 * Hour);
            var to = from + random.NextInt64(1, 20 * Hour);
            var series = new SeriesQuestion(Devices[round % 3], round % 2, field, "water", from, to, random.Next(1, 400));
            var asked = Devices.Take(1 + random.Next(3)).ToArray();
            var aggregate = new AggregateQuestion(asked, field, "water", from, to, random.NextInt64(60_000, 5 * Hour), Figures[round % Figures.Length]);
            var counts = new CountsQuestion("water", from, to);
            foreach (var store in stores)
            {
                Same(model.Series(series), await store.SeriesAsync(series, default));
                Same(model.Aggregates(aggregate), await store.AggregateAsync(aggregate, default));
                Assert.Equal(model.Counts(counts), await store.CountsAsync(counts, default));
            }
        }
    }

    [Fact]
    public async Task A_percentile_that_is_none_is_said_before_a_store_is_asked()
    {
        var question = new AggregateQuestion(Devices, Fields[0], "water", Start, Start + Hour, 1000, Aggregate.Percentile(101));
        foreach (var store in stores) await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.AggregateAsync(question, default));
    }

    private void Fill()
    {
        var random = new Random(42);
        var times = new HashSet<(ulong, int, long)>();
        var raw = new long[Frame.FieldSlots];
        for (var index = 0; index < Readings; index++)
        {
            var device = Devices[random.Next(3)];
            var channel = random.Next(2);
            var microseconds = (Start * 1000) + random.NextInt64(0, 40 * Hour * 1000);
            if (!times.Add((device, channel, microseconds))) continue;
            var present = Fields.Where((_, field) => random.Next(4) != field).ToArray();
            var values = present.Select(field => (field, random.NextInt64(0, 5_000))).ToArray();
            foreach (var (field, value) in values) raw[field.Bit] = value;

            // Most readings are good, and the bits of the others must meet in a bucket.
            var quality = random.Next(3) == 0 ? (Quality)random.Next(128) : Quality.Good;
            var reading = new Reading
            {
                Origin = new ReadingOrigin(device, microseconds, FrameFlags.None, quality, 1, (ushort)index, 0),
                Schema = Packs.Schema("water"),
                Channel = channel,
                Presence = present.Aggregate(0u, (bits, field) => bits | (1u << field.Bit)),
                Raw = raw,
            };
            foreach (var store in stores) store.Append(reading, new SeriesTags("site", "area", "model"));
            model.Append(device, channel, microseconds, values, quality);
        }
    }

    private static void Same(SeriesAnswer expected, SeriesAnswer actual)
    {
        Assert.Equal(expected.IntervalMs, actual.IntervalMs);
        Assert.Equal(
            expected.Points.Select(p => (p.Time, p.Min, p.Max, p.Count, p.Quality)), actual.Points.Select(p => (p.Time, p.Min, p.Max, p.Count, p.Quality)));
        foreach (var (e, a) in expected.Points.Zip(actual.Points)) Assert.Equal(e.Mean, a.Mean, 1e-9);
    }

    private static void Same(AggregateAnswer expected, AggregateAnswer actual)
    {
        Assert.Equal(expected.Points.Select(p => (p.Time, p.Count)), actual.Points.Select(p => (p.Time, p.Count)));
        foreach (var (e, a) in expected.Points.Zip(actual.Points)) Assert.Equal(e.Value, a.Value, 1e-6);
    }
}
