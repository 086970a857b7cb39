using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Influx;

/// <summary>The second write path against a real server of another make, which keeps 12 significant digits.</summary>
public sealed class VictoriaMetricsTests
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_written_on_the_v2_path_is_exported_again()
    {
        await using var server = await VictoriaMetricsServer.StartAsync();
        var options = new InfluxOptions { Url = server.Url, Version = InfluxVersion.V2, GzipFromBytes = 1024 };
        await using var store = new InfluxStore(options, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        var expected = new Dictionary<(string Name, string Device, long Time), double>();
        foreach (var pack in Packs.Catalog.Packs)
        {
            var fields = pack.Schemas[^1].Fields.Where(field => field.Role != FieldRole.Channel).ToArray();
            for (var row = 0; row < 100; row++)
            {
                var device = Points.FirstDevice + ((ulong)row % 10);
                var time = Points.Start + (row * 60_000L);
                store.Append(pack.Name, device, 0, time * 1000, (ushort)row, [.. fields.Select(field => (field.Bit, RawOf(field, row)))]);
                foreach (var field in fields)
                {
                    expected[($"{pack.Name}_{field.Name}", DeviceId.Format(device), time)] = field.Scale.ToPhysical(RawOf(field, row));
                }
            }
        }

        Assert.Equal(300, (await store.FlushAsync(1, CancellationToken.None)).Points);
        Assert.True(store.Health.IsUp);

        // The server takes a moment to let what it has acknowledged be searched.
        var limit = TimeProvider.System.GetTimestamp();
        int found;
        while ((found = Found(await server.ExportAsync("""{__name__!=""}"""), expected)) < expected.Count && TimeProvider.System.GetElapsedTime(limit) < RealLimit)
        {
            await Task.Delay(50);
        }

        Assert.Equal(expected.Count, found);
        await AssertUnsupportedAsync(() => store.SeriesAsync(
            new SeriesQuestion(Points.FirstDevice, 0, Packs.Field("water", "flow"), "water", Points.Start, Points.Start + 1000, 10), CancellationToken.None));
        await AssertUnsupportedAsync(() => store.AggregateAsync(
            new AggregateQuestion([Points.FirstDevice], Packs.Field("water", "flow"), "water", Points.Start, Points.Start + 1000, 1000, Aggregate.Mean),
            CancellationToken.None));
        await AssertUnsupportedAsync(() => store.CountsAsync(new CountsQuestion("water", Points.Start, Points.Start + 1000), CancellationToken.None));
        await AssertUnsupportedAsync(async () =>
        {
            await foreach (var _ in store.LastValuesAsync(CancellationToken.None))
            {
            }
        });
    }

    /// <summary>Counts the expected values that are there, and fails on one that differs.</summary>
    private static int Found(IReadOnlyList<JsonElement> exported, Dictionary<(string Name, string Device, long Time), double> expected)
    {
        var found = 0;
        foreach (var series in exported)
        {
            var metric = series.GetProperty("metric");
            Assert.Equal(("24118", "W 1", "WM,100", "0"), (Label(metric, "area"), Label(metric, "site"), Label(metric, "model"), Label(metric, "channel")));
            foreach (var (value, time) in series.GetProperty("values").EnumerateArray().Zip(series.GetProperty("timestamps").EnumerateArray()))
            {
                if (!expected.TryGetValue((Label(metric, "__name__"), Label(metric, "device"), time.GetInt64()), out var was)) continue;
                Assert.Equal(was, value.GetDouble(), Math.Abs(was) * 1e-12);
                found++;
            }
        }

        return found;
    }

    private static async Task AssertUnsupportedAsync(Func<Task> ask) =>
        Assert.Contains("does not answer InfluxQL", (await Assert.ThrowsAsync<StoreQuestionUnsupportedException>(ask)).Message, StringComparison.Ordinal);

    private static long RawOf(SectorField field, int row) => Math.Max(0, row * 31 % 120) + field.Bit;

    private static string Label(JsonElement metric, string name) => metric.GetProperty(name).GetString()!;
}
