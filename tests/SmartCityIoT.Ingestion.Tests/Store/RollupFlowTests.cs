using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Ingestion.Tests.Store;

/// <summary>From a frame in the journal to the rows on a real InfluxDB: the consumer marks, the rollups follow, a late reading corrects them.</summary>
public sealed class RollupFlowTests : IDisposable
{
    private const long Hour = 3_600_000;

    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Rows_follow_the_readings_and_late_readings_correct_them()
    {
        await using var server = await InfluxdServer.StartAsync();
        var start = (IngestHost.Now / Hour * Hour) - (6 * Hour);
        await using (var host = await StartAsync(server.Url))
        {
            await host.AddAsync(Samples.DeviceA);
            for (ushort i = 0; i < 180; i++) await host.SendAsync(Samples.Pressure(Samples.DeviceA, i, start + (i * 60_000L), 3000 + i));
            await host.SavedAsync();
            await CountsAsync(host, server, "60 60 60");

            await host.SendAsync(Samples.Pressure(Samples.DeviceA, 500, start + 30_001, 9000));
            await host.SavedAsync();
            await CountsAsync(host, server, "61 60 60");
            Assert.Empty(host.Defects);
        }

        await using var again = await StartAsync(server.Url);
        await again.SendAsync(Samples.Pressure(Samples.DeviceA, 501, start + Hour + 30_001, 9000));
        await again.SavedAsync();
        await CountsAsync(again, server, "61 61 60");
    }

    [Fact]
    public async Task An_embedded_store_has_none_and_is_asked_for_none()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await host.SendAsync(Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now - (5 * Hour)));
        await host.SavedAsync();
        Assert.Equal((0, null, null), (host.Rollups.Status.DueHours, host.Rollups.Status.Earliest, host.Rollups.Status.Problem));
        Assert.False(host.Rollups.TakesMarks);
    }

    private Task<IngestHost> StartAsync(Uri url) => IngestHost.StartAsync(
        folder, ("SmartCity:Store:Kind", "influx"), ($"{InfluxOptions.Section}:Url", url.ToString()), ($"{RollupOptions.Section}:GraceSeconds", "10"));

    /// <summary>Waits until the hours' rows count that many readings.</summary>
    private static async Task CountsAsync(IngestHost host, InfluxdServer server, string expected)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var answer = await server.QueryAsync("smartcity", "SELECT pressure_count FROM rollup_1h.water_1h");
            var counts = answer.TryGetProperty("series", out var series)
                ? string.Join(' ', series[0].GetProperty("values").EnumerateArray().Select(row => row[1].GetInt64()))
                : "";
            if (counts == expected) return;
            Assert.False(limit.IsCancellationRequested, $"never {expected}, at last {counts}; {host.Rollups.Status}");
            await Task.Delay(50, CancellationToken.None);
        }
    }
}
