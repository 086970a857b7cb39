using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Storage.Tests.Influx;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Rollups;

/// <summary>The rollups' own loop: what it does when the server is not what it was, or not what it must be.</summary>
public sealed class RollupRunTests : IDisposable
{
    private const long Start = RollupRig.Start;

    private readonly string folder = Directory.CreateTempSubdirectory("rollups").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_server_that_was_away_and_came_back_empty_is_rolled_up_to_again()
    {
        await using var server = await InfluxdServer.StartAsync();
        await using var rig = await RollupRig.StartAsync(server.Url, folder);
        await rig.WorkAsync();
        await rig.AddAsync((Points.FirstDevice, Start, 5, 100));
        await server.QueryAsync("smartcity", "DROP RETENTION POLICY rollup_1h ON smartcity");
        using var ending = new CancellationTokenSource();
        var run = rig.Worker.RunAsync(ending.Token);
        await UntilAsync(() => rig.Board.Status.Problem is not null);
        Assert.Contains("retention policy not found", rig.Board.Status.Problem, StringComparison.Ordinal);
        Assert.Equal(0, (await rig.SameAsync(RollupRig.Flow(Points.FirstDevice, 0, RollupRig.Hour * 9, 10))).IntervalMs);

        await UntilAsync(() =>
        {
            rig.Time.Advance(TimeSpan.FromSeconds(5));
            return rig.Ledger.DueHours.Backlog().Count == 0;
        });
        Assert.Equal(1, await server.CountAsync("smartcity", $"SELECT count(flow_count) FROM rollup_1h.water_1h WHERE device = '{DeviceId.Format(Points.FirstDevice)}'"));
        await ending.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_server_without_questions_gets_no_rollups_and_no_marks_pile_up()
    {
        await using var server = await VictoriaMetricsServer.StartAsync();
        await using var rig = await RollupRig.StartAsync(server.Url, folder);
        rig.Ledger.Commit(new LedgerCommit { Position = 1, DueHours = [new(Start, 2, Points.FirstDevice)] });
        rig.Board.TellStored(rig.Time.GetUtcNow().ToUnixTimeMilliseconds());
        await rig.Worker.RunAsync(TestContext.Current.CancellationToken);
        Assert.False(rig.Board.TakesMarks);
        Assert.Equal(0, rig.Ledger.DueHours.Backlog().Count);
    }

    [Fact]
    public void The_places_of_a_second_version_are_buckets_that_an_operator_makes()
    {
        var policies = new RollupPolicies(new InfluxOptions { Version = InfluxVersion.V2 }, new RollupOptions());
        Assert.Equal("influx bucket create --org smartcity --name smartcity/rollup_1m --retention 400d", policies.Statement(RollupLevel.Minute));
        Assert.Equal("influx bucket create --org smartcity --name smartcity/rollup_1h --retention 0", policies.Statement(RollupLevel.Hour));
        Assert.Equal("smartcity/rollup_1h", policies.WriteOptions(RollupLevel.Hour).Bucket);
        Assert.Equal("\"rollup_1h\".\"water_1h\"", policies.From(RollupLevel.Hour, "water"));
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, "it never happened");
            await Task.Delay(20, CancellationToken.None);
        }
    }
}
