using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Influx;

public sealed class InfluxdRestartTests
{
    private const string Database = "restart";

    [Fact]
    public async Task A_server_that_is_killed_in_mid_stream_and_started_again_misses_nothing()
    {
        const int Flushes = 40;
        const int PointsPerFlush = 500;
        await using var server = await InfluxdServer.StartAsync();
        var options = new InfluxOptions { Url = server.Url, Database = Database, BatchLines = 100, TimeoutSeconds = 5 };
        await using var store = new InfluxStore(options, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
        await store.OpenAsync(CancellationToken.None);

        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (var flush = 0; flush < Flushes; flush++)
            {
                for (var point = 0; point < PointsPerFlush; point++)
                {
                    var index = (flush * PointsPerFlush) + point;
                    store.AppendFlow(index, Points.FirstDevice + ((ulong)index % 20));
                }

                written += (await store.FlushAsync(flush + 1, CancellationToken.None)).Points;
            }
        });
        while (store.DurablePosition < Flushes / 4) await Task.Delay(1, TestContext.Current.CancellationToken);
        await server.KillAsync();
        while (store.Health.IsUp) await Task.Delay(1, TestContext.Current.CancellationToken);
        Assert.False(writing.IsCompleted);
        await server.StartAgainAsync();
        await writing;

        Assert.Equal(Flushes * PointsPerFlush, written);
        Assert.Equal(Flushes, store.DurablePosition);
        Assert.True(store.Health.IsUp);
        Assert.Equal(Flushes * PointsPerFlush, await server.CountAsync(Database, "SELECT count(flow) FROM water"));
        Assert.Equal(Enumerable.Range(0, Flushes * PointsPerFlush).Sum(index => (long)index), await SumOfRawAsync(server));
    }

    /// <summary>The flows are 0.000, 0.001, 0.002, …</summary>
    private static async Task<long> SumOfRawAsync(InfluxdServer server)
    {
        var answer = await server.QueryAsync(Database, "SELECT flow FROM water");
        return answer.GetProperty("series")[0].GetProperty("values").EnumerateArray().Sum(row => (long)Math.Round(row[1].GetDouble() * 1000));
    }
}
