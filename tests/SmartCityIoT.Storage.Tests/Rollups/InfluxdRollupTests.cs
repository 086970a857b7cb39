using System.Text.Json;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Storage.Tests.Influx;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Rollups;

/// <summary>Rollups on a real InfluxDB 1.x: made, made again, and asked.</summary>
public sealed class InfluxdRollupTests : IAsyncLifetime
{
    private const ulong DeviceA = Points.FirstDevice;
    private const ulong DeviceB = Points.FirstDevice + 1;
    private const long Minute = RollupRig.Minute;
    private const long Hour = RollupRig.Hour;
    private const long Start = RollupRig.Start;

    private readonly string folder = Directory.CreateTempSubdirectory("rollups").FullName;
    private InfluxdServer server = null!;
    private RollupRig rig = null!;

    public async ValueTask InitializeAsync()
    {
        server = await InfluxdServer.StartAsync();
        rig = await RollupRig.StartAsync(server.Url, folder);

        // Nothing is there yet that must be rolled up.
        Assert.Equal(0, await rig.WorkAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (rig is not null) await rig.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Questions_have_the_same_answer_from_rows_and_from_readings()
    {
        // Two devices, a reading every 10 s for 30 hours, with a hole of three hours; the last hour is open.
        var now = Start + (30 * Hour) + (20 * Minute);
        rig.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Start + (30 * 24 * Hour)));
        await using var fresh = await RollupRig.StartAsync(
            server.Url, Directory.CreateDirectory(Path.Combine(folder, "fresh")).FullName, time: new(DateTimeOffset.FromUnixTimeMilliseconds(now)));
        var readings = Enumerable.Range(0, 30 * 360).Where(index => index / 360 is not (7 or 8 or 9))
            .SelectMany(index => (ulong[])[DeviceA, DeviceB], (index, device) => (device, Start + (index * 10_000L), (index * 7919L % 10_007) - 4_000, index * 3L)).ToArray();
        await fresh.AddAsync(readings);
        Assert.True(await fresh.WorkAsync() >= 26);

        var series = await fresh.SameAsync(RollupRig.Flow(DeviceA, 0, 31 * Hour, 40));
        Assert.Equal(Hour, series.IntervalMs);
        Assert.Equal(27, series.Points.Count);
        var fiveMinutes = await fresh.SameAsync(RollupRig.Flow(DeviceA, (3 * Minute) + 17_123, (29 * Hour) + (11 * Minute) + 3, 400));
        Assert.Equal(5 * Minute, fiveMinutes.IntervalMs);
        await fresh.SameAsync(RollupRig.Flow(DeviceB, 50 * Minute, 4 * Hour, 13));
        await fresh.SameAsync(RollupRig.Flow(DeviceB, 0, 31 * Hour, 2));
        await fresh.SameAsync(RollupRig.Flow(DeviceB, 7 * Hour, 9 * Hour, 10));

        foreach (var figure in new[] { Aggregate.Mean, Aggregate.Minimum, Aggregate.Maximum, Aggregate.Sum, Aggregate.Percentile(95) })
        {
            var question = new AggregateQuestion([DeviceA, DeviceB], Packs.Field("water", "flow"), "water", Start + 7_000, Start + (31 * Hour), 5 * Minute, figure);
            var rolled = (await fresh.Store.AggregateAsync(question, CancellationToken.None)).Points;
            var plain = (await fresh.Plain.AggregateAsync(question, CancellationToken.None)).Points;
            Assert.Equal(plain.Select(point => (point.Time, point.Count)), rolled.Select(point => (point.Time, point.Count)));
            foreach (var (rows, was) in rolled.Zip(plain)) Assert.Equal(was.Value, rows.Value, 9);
        }

        // That rows are what answers shows when the readings are gone.
        await server.QueryAsync("smartcity", $"DELETE FROM water WHERE time < {(Start + (29 * Hour)) * 1_000_000}");
        Assert.Equal(series.Points, (await fresh.Store.SeriesAsync(RollupRig.Flow(DeviceA, 0, 31 * Hour, 40), CancellationToken.None)).Points);
    }

    [Fact]
    public async Task Rows_tell_count_minimum_maximum_sum_last_and_difference()
    {
        await rig.AddAsync((DeviceA, Start, 1_500, 100), (DeviceA, Start + 30_000, -500, 107), (DeviceA, Start + Minute, 250, 3));
        await rig.WorkAsync();
        var tags = $"\"device\" = '{DeviceId.Format(DeviceA)}' AND \"site\" = 'W 1' AND \"area\" = '24118' AND \"model\" = 'WM,100' AND \"channel\" = '0'";
        const string Columns = "flow_count, flow_min, flow_max, flow_sum, flow_last, volume_count, volume_min, volume_max, volume_sum, volume_last, volume_diff";
        Assert.Equal(
            [$"[{Start}000,3,-0.5,1.5,1.25,0.25,3,3,107,210,3,10,0]"], await RowsAsync($"SELECT {Columns}, minutes FROM rollup_1h.water_1h WHERE {tags}"));

        // Enough for rows of minutes.
        await rig.AddAsync([.. Enumerable.Range(0, RollupWorker.ReadingsForMinutes).Select(index => (DeviceA, Start + (2 * Minute) + index, 1_000L, 3L))]);
        await rig.WorkAsync();
        Assert.Equal(
            [
                $"[{Start}000,2,-0.5,1.5,1,-0.5,2,100,107,207,107,7]",
                $"[{Start + Minute}000,1,0.25,0.25,0.25,0.25,1,3,3,3,3,3]",
                $"[{Start + (2 * Minute)}000,240,1,1,240,1,240,3,3,720,3,0]",
            ],
            await RowsAsync($"SELECT {Columns} FROM rollup_1m.water_1m WHERE {tags}"));
        Assert.Equal([$"[{Start}000,243,3]"], await RowsAsync($"SELECT flow_count, minutes FROM rollup_1h.water_1h WHERE {tags}"));
    }

    [Fact]
    public async Task A_late_reading_corrects_its_hour_and_the_step_into_the_next_one()
    {
        // A week ago: an hour, nothing for an hour, and another hour.
        await rig.AddAsync((DeviceA, Start, 1, 100), (DeviceA, Start + (2 * Hour), 1, 150), (DeviceA, Start + (5 * Hour), 1, 160), (DeviceB, Start, 1, 1));
        Assert.Equal(3, await rig.WorkAsync());
        Assert.Equal([50L, 10L], await DifferencesAsync());

        // Until it is worked off, the hour's readings answer.
        await rig.AddAsync((DeviceA, Start + (59 * Minute), 700, 130));
        Assert.Equal(3, (await rig.SameAsync(RollupRig.Flow(DeviceA, 0, 6 * Hour, 2))).Points[0].Count);
        Assert.Equal(2, await rig.WorkAsync());
        Assert.Equal([30L, 20L, 10L], await DifferencesAsync());

        await rig.AddAsync((DeviceA, Start + Hour, 1, 131));
        Assert.Equal(2, await rig.WorkAsync());
        Assert.Equal([30L, 1L, 19L, 10L], await DifferencesAsync());
        Assert.Equal([2L, 1L, 1L, 1L], await ColumnAsync("flow_count"));
    }

    [Fact]
    public async Task A_reset_on_the_border_of_two_hours_counts_from_zero()
    {
        await rig.AddAsync((DeviceA, Start + (59 * Minute), 1, 1_000), (DeviceA, Start + Hour, 1, 4), (DeviceA, Start + Hour + 1, 1, 9));
        await rig.WorkAsync();
        Assert.Equal([9L], await DifferencesAsync());
    }

    [Fact]
    public async Task A_kill_between_rows_and_mark_writes_the_same_rows_again()
    {
        await rig.AddAsync((DeviceA, Start, 5, 100), (DeviceA, Start + Hour, 5, 150), (DeviceA, Start + Hour + Minute, 5, 170));
        var before = Path.Combine(folder, "before");
        Directory.CreateDirectory(before);
        foreach (var file in Directory.GetFiles(folder, "ledger.db*")) File.Copy(file, Path.Combine(before, Path.GetFileName(file)));
        Assert.Equal(2, await rig.WorkAsync());
        var rows = await RowsAsync("SELECT * FROM rollup_1h.water_1h");

        // The ledger as it was when the rows were on their way: every mark is there still.
        await using var again = await RollupRig.StartAsync(server.Url, before, time: rig.Time);
        Assert.Equal(2, again.Ledger.DueHours.Backlog().Count);
        Assert.Equal(2, await again.WorkAsync());
        Assert.Equal(rows, await RowsAsync("SELECT * FROM rollup_1h.water_1h"));
        Assert.Equal([70L], await DifferencesAsync());
    }

    [Fact]
    public async Task An_hour_waits_until_it_is_over_and_all_of_it_is_stored()
    {
        rig.Time.SetUtcNow(rig.Time.GetUtcNow().AddMinutes(20));
        var hour = RollupLevel.HourOf(rig.Time.GetUtcNow().ToUnixTimeMilliseconds());
        await rig.AddAsync((DeviceA, hour, 5, 100));
        Assert.Equal(0, await rig.WorkAsync());
        rig.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(hour + Hour + (5 * Minute) - 1));
        Assert.Equal(0, await rig.WorkAsync());
        rig.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(await rig.Worker.StepAsync(CancellationToken.None), "the store has not caught up");
        Assert.Equal(1, await rig.WorkAsync());
        Assert.Equal(0, rig.Ledger.DueHours.Backlog().Count);
    }

    [Fact]
    public async Task When_readings_have_expired_rows_answer_and_a_late_reading_spoils_none_of_them()
    {
        // One device that has rows of minutes, and one that has not.
        await rig.AddAsync([.. Enumerable.Range(0, 3_600).Select(index => (DeviceA, Start + (index * 10_000L), index % 50 * 10L, (long)index))]);
        await rig.AddAsync([.. Enumerable.Range(0, 600).Select(index => (DeviceB, Start + (index * Minute), index % 50 * 10L, (long)index))]);
        await rig.WorkAsync();
        var question = RollupRig.Flow(DeviceB, 0, 30 * 24 * Hour, 1_000);
        Assert.Equal(0, (await rig.SameAsync(question)).IntervalMs);
        Assert.Equal(Minute, (await rig.SameAsync(RollupRig.Flow(DeviceA, 0, 2 * Hour, 200))).IntervalMs);
        Assert.Equal(5 * Minute, (await rig.SameAsync(RollupRig.Flow(DeviceB, 0, 2 * Hour, 30))).IntervalMs);

        await server.QueryAsync("smartcity", $"DELETE FROM water WHERE time < {(Start + (8 * Hour)) * 1_000_000}");
        var answer = await rig.Store.SeriesAsync(question, CancellationToken.None);
        Assert.Equal(Hour, answer.IntervalMs);
        Assert.Equal(600, answer.Points.Sum(point => point.Count));
        var narrow = await rig.Store.SeriesAsync(RollupRig.Flow(DeviceA, 0, 2 * Hour, 1_000), CancellationToken.None);
        Assert.Equal((Minute, 120), (narrow.IntervalMs, narrow.Points.Count));
        narrow = await rig.Store.SeriesAsync(RollupRig.Flow(DeviceB, 0, 2 * Hour, 1_000), CancellationToken.None);
        Assert.Equal((Hour, 2), (narrow.IntervalMs, narrow.Points.Count));

        await rig.AddAsync((DeviceB, Start + (30 * Minute) + 5, 1, 30));
        Assert.Equal(1, await rig.WorkAsync());
        Assert.Equal(600, (await rig.Store.SeriesAsync(question, CancellationToken.None)).Points.Sum(point => point.Count));
    }

    [Fact]
    public async Task What_the_store_had_before_is_rolled_up_as_well()
    {
        await rig.StoreAsync((DeviceA, Start, 5, 100), (DeviceB, Start + (3 * Hour), 5, 100), (DeviceA, Start + (4 * Hour), 7, 150));
        var newFolder = Directory.CreateDirectory(Path.Combine(folder, "new")).FullName;
        await using (var first = await RollupRig.StartAsync(server.Url, newFolder, time: rig.Time))
        {
            Assert.Null(new RollupChoice(new RollupOptions(), first.Board, first.Ledger, Packs.Catalog, first.Time).Of("water", [DeviceA], Start, Start + (9 * Hour), Hour));
            Assert.True(await first.WorkAsync() > 5);
            Assert.True(first.Board.IsFilled);
        }

        Assert.Equal([1L, 1L], await ColumnAsync("flow_count"));
        Assert.Equal([50L], await DifferencesAsync());

        // Once and not at each start.
        await using var again = await RollupRig.StartAsync(server.Url, newFolder, time: rig.Time);
        Assert.Equal(0, await again.WorkAsync());
    }

    [Fact]
    public async Task While_the_store_is_down_marks_wait()
    {
        await rig.AddAsync((DeviceA, Start, 5, 100));
        await rig.WorkAsync();
        await rig.AddAsync([.. Enumerable.Range(0, 200).Select(index => (DeviceA + (ulong)index, Start + (index * Hour), 5L, 1L))]);
        await server.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(rig.WorkAsync);
        rig.Ledger.Commit(new LedgerCommit { Position = rig.Ledger.Position, DueHours = [new(Start, 2, DeviceB)] });
        Assert.Equal(200, rig.Ledger.DueHours.Backlog().Count - 1);

        await server.StartAgainAsync();
        Assert.Equal(200, await rig.WorkAsync());
        Assert.Equal(0, rig.Ledger.DueHours.Backlog().Count);
        Assert.Equal(200, await server.CountAsync("smartcity", "SELECT count(flow_count) FROM rollup_1h.water_1h"));
    }

    [Fact]
    public async Task Retention_policies_are_made_changed_and_where_they_may_not_be_named()
    {
        await rig.AddAsync((DeviceA, Start, 5, 100));
        await rig.WorkAsync();
        Assert.Equal(["autogen 0s", "rollup_1h 0s", "rollup_1m 9600h0m0s"], await PoliciesAsync());

        await using (var shorter = await RollupRig.StartAsync(server.Url, folder, new RollupOptions { MinuteDays = 90, HourDays = 3_650 }, time: rig.Time))
        {
            await shorter.WorkAsync();
        }

        Assert.Equal(["autogen 0s", "rollup_1h 87600h0m0s", "rollup_1m 2160h0m0s"], await PoliciesAsync());

        await server.QueryAsync("smartcity", "DROP RETENTION POLICY rollup_1h ON smartcity");
        var mayNot = new InfluxOptions { Url = server.Url, CreateDatabase = false };
        await using var barred = await RollupRig.StartAsync(server.Url, folder, influx: mayNot, time: rig.Time);
        await barred.AddAsync((DeviceA, Start, 5, 100));
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(barred.WorkAsync);
        Assert.Contains("CREATE RETENTION POLICY \"rollup_1h\" ON \"smartcity\" DURATION INF REPLICATION 1 SHARD DURATION 364d", failure.Message, StringComparison.Ordinal);
    }

    private async Task<string[]> PoliciesAsync() =>
    [
        .. (await server.QueryAsync("smartcity", "SHOW RETENTION POLICIES")).GetProperty("series")[0].GetProperty("values").EnumerateArray()
            .Select(row => $"{row[0]} {row[1]}").Order(StringComparer.Ordinal),
    ];

    private Task<IReadOnlyList<long>> DifferencesAsync() => ColumnAsync("volume_diff");

    /// <summary>A column of the first device's hours, in the order of time.</summary>
    private async Task<IReadOnlyList<long>> ColumnAsync(string column)
    {
        var answer = await server.QueryAsync("smartcity", $"SELECT {column} FROM rollup_1h.water_1h WHERE device = '{DeviceId.Format(DeviceA)}'");
        return [.. answer.GetProperty("series")[0].GetProperty("values").EnumerateArray().Select(row => row[1].GetInt64())];
    }

    private async Task<string[]> RowsAsync(string statement) =>
        [.. (await server.QueryAsync("smartcity", statement)).GetProperty("series")[0].GetProperty("values").EnumerateArray().Select(row => JsonSerializer.Serialize(row))];
}
