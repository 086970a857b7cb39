using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>History questions to a real InfluxDB 1.x, whose answers are compared with arithmetic over what was written.</summary>
public sealed class InfluxQuestionsTests : IAsyncLifetime
{
    private const int Devices = 1_203;
    private const int PerDevice = 12;
    private const int Minute = 60_000;
    private const ulong BusyDevice = 0xfedcba9876543210;
    private const int BusyPoints = 5_000;

    private static readonly SectorField Flow = Packs.Field("water", "flow");
    private InfluxdServer server = null!;
    private InfluxStore store = null!;

    public async ValueTask InitializeAsync()
    {
        server = await InfluxdServer.StartAsync();
        store = Store(server.Url);
        await store.OpenAsync(CancellationToken.None);
        for (var row = 0; row < PerDevice; row++)
        {
            for (var device = 0; device < Devices; device++)
            {
                store.AppendFlow(row, Points.FirstDevice + (ulong)device, FlowOf(device, row), Points.Start + (row * Minute));
            }
        }

        for (var index = 0; index < BusyPoints; index++)
        {
            store.Append("traffic", BusyDevice, 1, (Points.Start + (index * 1000L)) * 1000, (ushort)index, (2, index % 700), (7, index % 200));
            store.Append("traffic", BusyDevice, 2, (Points.Start + (index * 1000L)) * 1000, (ushort)index, (2, 9));
        }

        Assert.Empty((await store.FlushAsync(1, CancellationToken.None)).Refused);
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null) await store.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }

    [Fact]
    public async Task History_means_and_last_values_are_those_that_were_written()
    {
        await RawWhereItFitsAsync();
        await BucketsWhereItDoesNotAsync();
        await NothingWhereNothingIsAsync();
        await MeansOverManyDevicesAsync();
        await LastValuesAsync();
        await AServerThatWentAwayAsync();
    }

    private async Task RawWhereItFitsAsync()
    {
        var answer = await store.SeriesAsync(Series(Points.FirstDevice + 5, 0, Flow, "water", 2 * Minute, 6 * Minute, 4), CancellationToken.None);
        Assert.Equal(0, answer.IntervalMs);
        Assert.Equal(
            Enumerable.Range(2, 4).Select(row => Raw(Points.Start + (row * Minute), Flow.Scale.ToPhysical(FlowOf(5, row)))),
            answer.Points);
    }

    private async Task BucketsWhereItDoesNotAsync()
    {
        var speed = Packs.Field("traffic", "mean_speed");
        var answer = await store.SeriesAsync(Series(BusyDevice, 1, speed, "traffic", 0, BusyPoints * 1000, 100), CancellationToken.None);
        Assert.Equal(Minute, answer.IntervalMs);
        var expected = Enumerable.Range(0, BusyPoints)
            .GroupBy(index => Points.Start + (index / 60 * Minute), index => speed.Scale.ToPhysical(index % 200))
            .Select(bucket => new SeriesPoint(bucket.Key, bucket.Min(), bucket.Average(), bucket.Max(), bucket.Count())).ToArray();
        Assert.Equal(expected.Length, answer.Points.Count);
        foreach (var (now, was) in answer.Points.Zip(expected))
        {
            Assert.Equal((was.Time, was.Min, was.Max, was.Count), (now.Time, now.Min, now.Max, now.Count));
            Assert.Equal(was.Mean, now.Mean, 9);
        }
    }

    private async Task NothingWhereNothingIsAsync()
    {
        Assert.Empty((await store.SeriesAsync(Series(0xdead, 0, Flow, "water", 0, Minute, 10), CancellationToken.None)).Points);
        Assert.Empty((await store.SeriesAsync(Series(Points.FirstDevice, 1, Flow, "water", 0, Minute, 10), CancellationToken.None)).Points);
        Assert.Empty((await store.SeriesAsync(new SeriesQuestion(1, 0, Packs.Field("lighting", "power"), "lighting", long.MinValue, long.MaxValue, 10), CancellationToken.None)).Points);
        Assert.Empty((await store.AggregateAsync(new AggregateQuestion([], Flow, "water", Points.Start, Points.Start + Minute, Minute, Aggregate.Mean), CancellationToken.None)).Points);
    }

    private async Task MeansOverManyDevicesAsync()
    {
        var asked = Enumerable.Range(0, Devices).Where(device => device % 7 != 0).ToArray();
        var ids = asked.Select(device => Points.FirstDevice + (ulong)device).ToArray();
        Assert.True(ids.Length > 2 * InfluxQuestions.DevicesPerStatement);
        var question = new AggregateQuestion(ids, Flow, "water", Points.Start + Minute, Points.Start + (9 * Minute), 5 * Minute, Aggregate.Mean);
        var answer = await store.AggregateAsync(question, CancellationToken.None);

        var expected = Enumerable.Range(1, 8).GroupBy(row => row / 5).Select(rows => (
            Time: Points.Start + (rows.Key * 5 * Minute),
            Mean: rows.SelectMany(row => asked.Select(device => Flow.Scale.ToPhysical(FlowOf(device, row)))).Average(),
            Count: (long)rows.Count() * asked.Length)).ToArray();
        Assert.Equal(expected.Select(point => (point.Time, point.Count)), answer.Points.Select(point => (point.Time, point.Count)));
        foreach (var (now, was) in answer.Points.Zip(expected)) Assert.Equal(was.Mean, now.Value, 9);
    }

    private async Task LastValuesAsync()
    {
        // A late reading, and a reading of another placement: newest is by time, whatever the tags.
        store.AppendFlow(99, Points.FirstDevice, 99, Points.Start - Minute);
        store.Append("water", Points.FirstDevice + 1, 0, (Points.Start + Minute * 60) * 1000 + 3, 500, (1, long.MaxValue), (2, -7), (13, 3));
        await store.FlushAsync(2, CancellationToken.None);

        var last = new Dictionary<(ulong, int), StoredReading>();
        await foreach (var reading in store.LastValuesAsync(CancellationToken.None)) last.Add((reading.Device, reading.Channel), reading);
        Assert.Equal(Devices + 2, last.Count);
        for (var device = 2; device < Devices; device++)
        {
            var reading = last[(Points.FirstDevice + (ulong)device, 0)];
            Assert.Equal((FlowOf(device, PerDevice - 1), 1u, (byte)7, (ushort)(PerDevice - 1)), (reading.Raw[0], reading.Presence, reading.Boot, reading.Sequence));
        }

        Assert.Equal(FlowOf(0, PerDevice - 1), last[(Points.FirstDevice, 0)].Raw[0]);
        var changed = last[(Points.FirstDevice + 1, 0)];
        Assert.Equal((0b10_0000_0000_0110u, long.MaxValue, -7L, 3L), (changed.Presence, changed.Raw[1], changed.Raw[2], changed.Raw[13]));
        Assert.Equal((Points.Start + Minute * 60) * 1000 + 3, changed.TimeMicroseconds);
        Assert.Equal("water", changed.Schema.SectorName);
        Assert.Equal((BusyPoints - 1) % 200, last[(BusyDevice, 1)].Raw[7]);
    }

    private async Task AServerThatWentAwayAsync()
    {
        await server.KillAsync();
        var question = Series(Points.FirstDevice, 0, Flow, "water", 0, Minute, 10);
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.SeriesAsync(question, CancellationToken.None));
        Assert.Contains("refused", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said()
    {
        await using var other = Store(server.Url, "not there");
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            other.SeriesAsync(Series(1, 0, Flow, "water", 0, Minute, 10), CancellationToken.None));
        Assert.Contains("database not found", failure.Message, StringComparison.Ordinal);
    }

    private static InfluxStore Store(Uri url, string database = "questions") =>
        new(new InfluxOptions { Url = url, Database = database }, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);

    /// <summary>A question about a range that is given from the start of the data.</summary>
    private static SeriesQuestion Series(ulong device, int channel, SectorField field, string sector, long from, long to, int points) =>
        new(device, channel, field, sector, Points.Start + from, Points.Start + to, points);

    private static SeriesPoint Raw(long time, double value) => new(time, value, value, value, 1);

    private static long FlowOf(int device, int row) => (device * 37 % 1_000) - 300 + (row * 11);
}
