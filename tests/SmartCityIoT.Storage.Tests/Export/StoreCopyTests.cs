using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Export;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Storage.Tests.Embedded;
using SmartCityIoT.Storage.Tests.Influx;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>Moving rows between stores, interrupted and whole, against a real influxd.</summary>
public sealed class StoreCopyTests(InfluxdFixture fixture) : StoreFolder, IClassFixture<InfluxdFixture>
{
    private const int Rows = 4 * 9 * 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embedded_to_influxd_and_on_to_another_embedded_store_keeps_every_row()
    {
        await using var first = await FilledAsync();
        var expected = (await RawRows.ReadAllAsync(first)).Select(RawRows.Text).ToList();
        await using var influx = Influx("there");
        var there = await CopyAsync(first, influx, "there");
        Assert.Equal((Rows, 0L, (long?)Rows, 0, null), (there.Written, there.Refused, there.Counted, there.Differences.Count, there.Uncounted));

        await using var second = Second();
        var back = await CopyAsync(influx, second, "back");
        Assert.Equal((Rows, (long?)Rows, 0), (back.Written, back.Counted, back.Differences.Count));
        Assert.Equal(expected, (await RawRows.ReadAllAsync(second)).Select(RawRows.Text));
        Assert.Equal(Rows, second.OpenInstance!.Cursor.NextOrder);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(Rows - 1)]
    public async Task A_copy_that_was_stopped_goes_on_and_never_doubles(int after)
    {
        await using var source = await FilledAsync();
        var expected = (await RawRows.ReadAllAsync(source)).Select(RawRows.Text).ToList();
        await using (var stopped = Second())
        {
            using var stop = new CancellationTokenSource();
            var breaking = new BreakingStore(source, after, stop.Cancel);
            using var record = Record("stopped");
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StoreCopy(breaking, stopped, record, 5).RunAsync(RangeQuestion.All, stop.Token));
        }

        await using var destination = Second();
        var result = await CopyAsync(source, destination, "stopped", 5);
        Assert.Empty(result.Differences);
        Assert.Equal(expected, (await RawRows.ReadAllAsync(destination)).Select(RawRows.Text));
        Assert.Equal(Rows, destination.OpenInstance!.Cursor.NextOrder);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flush_of_which_the_end_was_not_recorded_is_neither_lost_nor_doubled(bool isCommitted)
    {
        await using var source = await FilledAsync();
        var points = await RawRows.ReadAllAsync(source);
        await using (var killed = Second())
        {
            await killed.OpenAsync(Cancellation);
            using var record = Record("killed");
            foreach (var point in points.Take(10)) point.AppendTo(killed);
            var cursor = killed.OpenInstance!.Cursor;
            record.Intend(new CopyIntent(points[9].Key, cursor.Generation, cursor.Position, cursor.NextOrder, 10));
            if (isCommitted) await killed.FlushAsync(0, Cancellation);
        }

        await using var destination = Second();
        var result = await CopyAsync(source, destination, "killed");
        Assert.Equal(isCommitted ? Rows - 10 : Rows, result.Written);
        Assert.Empty(result.Differences);
        Assert.Equal(Rows, destination.OpenInstance!.Cursor.NextOrder);
    }

    [Fact]
    public async Task A_destination_that_is_another_one_gets_everything_anew()
    {
        await using var source = await FilledAsync();
        await using (var gone = Second()) await CopyAsync(source, gone, "gone");
        File.Delete(SecondPath);
        await using var destination = Second();
        var result = await CopyAsync(source, destination, "gone");
        Assert.Equal((Rows, 0), (result.Written, result.Differences.Count));
    }

    [Fact]
    public async Task A_copy_run_again_takes_what_came_later()
    {
        await using var source = await FilledAsync();
        await using var influx = Influx("later");
        await CopyAsync(source, influx, "later");
        Append(source, Packs.Schema("water"), Device, 0, RawRows.Start + (4 * RawRows.Day), (Packs.Field("water", "flow"), 1));
        await source.FlushAsync(2, Cancellation);
        var again = await CopyAsync(source, influx, "later");
        Assert.Equal((1L, (long?)Rows + 1, 0), (again.Written, again.Counted, again.Differences.Count));
    }

    [Fact]
    public async Task A_row_that_is_missing_at_the_destination_is_named()
    {
        await using var source = await FilledAsync();
        await using var influx = Influx("missing");
        await CopyAsync(source, influx, "missing");
        await fixture.Server.QueryAsync("missing", "DELETE FROM \"water\" WHERE \"device\" = '70b3d57ed0001002' AND time = " + FirstOfDevice2() + "000");
        var result = await CopyAsync(source, influx, "missing");
        var difference = Assert.Single(result.Differences);
        Assert.Equal(new CountDifference(RawRows.Start / RawRows.Day, new PointGroup(PointKind.Reading, "water"), 12, 11), difference);
    }

    [Fact]
    public async Task What_the_destination_refuses_is_kept_with_its_words_and_named_as_a_difference()
    {
        await using var source = await FilledAsync();
        await using var influx = Influx("refusing");
        await influx.OpenAsync(Cancellation);

        // The server keeps the type that a field came with first: a number of a boot as text makes every boot line of that shard a conflict.
        using var http = new HttpClient();
        using var text = new StringContent($"device_boot,device=x backlog=\"many\" {RawRows.Start}");
        using var taken = await http.PostAsync(new Uri(fixture.Server.Url, "write?db=refusing&precision=u"), text, Cancellation);
        taken.EnsureSuccessStatusCode();
        string path;
        CopyResult result;
        using (var record = Record("refusing"))
        {
            path = record.RefusedPath;
            result = await new StoreCopy(source, influx, record).RunAsync(RangeQuestion.All, Cancellation);
        }

        Assert.True(result.Refused > 0);
        Assert.Contains(result.Differences, difference => difference.Group.Kind == PointKind.Boot);
        Assert.All(result.Differences, difference => Assert.Equal(PointKind.Boot, difference.Group.Kind));
        Assert.Equal(result.Refused, result.Differences.Sum(difference => difference.Source - difference.Destination));
        var lines = await File.ReadAllLinesAsync(path, Cancellation);
        Assert.Equal(result.Refused, lines.Length);
        Assert.All(lines, line => Assert.Contains("field type conflict", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_cannot_be_asked_takes_the_rows_and_is_not_counted()
    {
        await using var source = await FilledAsync();
        await using var server = await VictoriaMetricsServer.StartAsync();
        await using var destination = new InfluxStore(new InfluxOptions { Url = server.Url }, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
        var result = await CopyAsync(source, destination, "victoria");
        Assert.Equal((Rows, (long?)null), (result.Written, result.Counted));
        Assert.NotNull(result.Uncounted);
        await Assert.ThrowsAsync<StoreQuestionUnsupportedException>(() => CopyAsync(destination, Second(), "from victoria"));
    }

    [Fact]
    public async Task A_platform_that_uses_the_copy_starts_at_its_own_position()
    {
        await using var source = Influx("platform");
        await source.OpenAsync(Cancellation);
        RawRows.AppendAll(source);
        await source.FlushAsync(99, Cancellation);
        await using (var copied = Second()) await CopyAsync(source, copied, "platform");

        await using var platform = Second();
        Assert.Equal(0, await platform.OpenAsync(Cancellation));
        Append(platform, Packs.Schema("water"), Device, 0, RawRows.Start + (2 * RawRows.Day) + 1, (Packs.Field("water", "flow"), 1));
        await platform.FlushAsync(1, Cancellation);
        Assert.Equal(1, platform.OpenInstance!.Cursor.Position);
        Assert.Equal(Rows + 1, (await platform.Raw.CountAsync(RangeQuestion.All, Cancellation)).Sum(count => count.Rows));
    }

    [Fact]
    public async Task A_store_that_another_process_holds_is_told_and_not_waited_for()
    {
        await using (await FilledAsync())
        {
        }

        using var child = new CrashProcess(StorePath);
        await child.NextAsync("held");
        var refused = await Assert.ThrowsAsync<StoreCopyException>(() => EmbeddedStoreCheck.RunAsync(StorePath, Time, mustExist: true));
        Assert.Equal($"the store {StorePath} is held by a running platform: stop it, copy, and start it again", refused.Message);
        await Assert.ThrowsAsync<StoreCopyException>(() => EmbeddedStoreCheck.RunAsync(SecondPath, Time, mustExist: true));
        await EmbeddedStoreCheck.RunAsync(SecondPath, Time, mustExist: false);
        Assert.False(File.Exists(SecondPath));
    }

    [Fact]
    public async Task The_same_copy_does_not_run_twice_at_once()
    {
        using var record = Record("twice");
        Assert.Throws<StoreCopyException>(() => Record("twice"));
        record.Dispose();
        await File.WriteAllTextAsync(record.Path, "{", Cancellation);
        Assert.Contains("delete it", Assert.Throws<StoreCopyException>(() => Record("twice")).Message, StringComparison.Ordinal);
    }

    private string SecondPath => Path.Combine(Folder, "second", "telemetry.duckdb");

    private static long FirstOfDevice2() => RawRows.Start + 2;

    private EmbeddedStore Second() =>
        new(SecondPath, new EmbeddedOptions { RetentionDays = 0 }, Packs.Catalog, Time, NullLogger<EmbeddedStore>.Instance);

    private InfluxStore Influx(string database) => new(
        new InfluxOptions { Url = fixture.Server.Url, Database = database }, Packs.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);

    private CopyRecord Record(string name) => CopyRecord.Open(Path.Combine(Folder, "records"), name, name, RangeQuestion.All);

    private async Task<CopyResult> CopyAsync(ITelemetryStore source, ITelemetryStore destination, string name, int rowsPerFlush = 7)
    {
        using var record = Record(name);
        return await new StoreCopy(source, destination, record, rowsPerFlush).RunAsync(RangeQuestion.All, Cancellation);
    }

    private async Task<EmbeddedStore> FilledAsync()
    {
        var store = await OpenAsync(catalog: Packs.Catalog);
        RawRows.AppendAll(store);
        await store.FlushAsync(1, Cancellation);
        return store;
    }
}
