using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Embedded.Days;
using SmartCityIoT.Storage.Questions;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Embedded.Days;

public sealed class DayTests : DayStoreFolder
{
    [Fact]
    public async Task A_day_that_is_over_becomes_a_file_that_explains_itself()
    {
        await using var store = await OpenAsync();
        var day = Today;
        Append(store, Device + 1, 0, day * 1000, (Flow, 5), (Volume, 6));
        Append(store, Device, 0, (day + 2) * 1000, (Flow, 3), (Volume, 4));
        Append(store, Device, 0, (day + 1) * 1000, (Flow, 1), (Volume, 2));
        await store.FlushAsync(1, default);
        Append(store, Device, 0, (day + 1) * 1000, (Flow, 84213));
        await store.FlushAsync(2, default);
        var before = await RawAsync(store, Flow);

        await NextDayAsync(store);
        var table = Assert.Single(store.OpenInstance!.Tables);
        Assert.Equal(["water_1_20260301_1.parquet"], Files());
        Assert.Equal(before, await RawAsync(store, Flow));
        Assert.Equal([4], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Equal(2, store.DurablePosition);
        Assert.Empty(Ask(store, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'tele' AND table_name LIKE 'water%'"));

        // Any tool reads it without the store.
        Assert.Equal(
            [
                $"{Device}|0|{(day + 1) * 1000}|4|4|3|258|1|3|84213||||site|area|model",
                $"{Device}|0|{(day + 2) * 1000}|4|4|3|258|1|1|3|4|||site|area|model",
                $"{Device + 1}|0|{day * 1000}|4|4|3|258|1|0|5|6|||site|area|model",
            ],
            Alone($"SELECT * FROM '{table.FilePath}'"));
        var line = Assert.Single(File.ReadAllLines(Path.Combine(DaysFolder, "manifest.jsonl")));
        Assert.Contains("\"fields\":\"0:flow:1:3,1:volume:1:0,2:speed:5:1,31:boot:1:0\"", line, StringComparison.Ordinal);
        Assert.Contains("\"rows\":3,", line, StringComparison.Ordinal);
        Assert.Equal(DayFolder.Checksum(table.FilePath!, default), DayFile.Parse(line).Sha256);
        Assert.Contains("0:flow:1:3", Assert.Single(Alone($"SELECT decode(value) FROM parquet_kv_metadata('{table.FilePath}') WHERE decode(key) = 'smartcity'")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_stays_a_table_for_an_hour_and_the_current_one_all_the_time()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 1, Today - Day, Today);
        Time.Advance(TimeSpan.FromHours(12.5));
        await FillAsync(store, 2, Today);
        await store.SettleDaysAsync();
        Assert.Empty(Files());
        Time.Advance(TimeSpan.FromMinutes(30));
        await store.SettleDaysAsync();
        Assert.Equal(["water_1_20260228_1.parquet", "water_1_20260301_1.parquet"], Files());
        Assert.Null(Assert.Single(store.OpenInstance!.Tables, table => table.Day == Today / Day).File);
    }

    [Fact]
    public async Task Late_readings_are_answered_at_once_and_merged_with_the_next_day()
    {
        await using var store = await OpenAsync();
        var yesterday = Today;
        await FillAsync(store, 1, yesterday);
        await NextDayAsync(store);
        Append(store, Device, 0, yesterday * 1000, (Volume, 99));
        Append(store, Device, 0, (yesterday + 1) * 1000, (Volume, 100));
        await store.FlushAsync(2, default);
        await store.SettleDaysAsync();
        Assert.Equal([99, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Equal(["water_1_20260301_1.parquet"], Files());
        Assert.Equal(2, store.OpenInstance!.Tables.Count);

        await NextDayAsync(store);
        Assert.Equal([99, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Equal(["water_1_20260301_2.parquet"], Files());
        Assert.Equal(2, Assert.Single(store.OpenInstance.Tables).File!.Rows);
    }

    [Fact]
    public async Task Many_late_readings_do_not_wait_for_the_next_day()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 1, Today);
        await NextDayAsync(store);
        for (var i = 0; i < 200_000; i++) Append(store, Device, 0, ((Today - Day) * 1000) + i, (Volume, i));
        await store.FlushAsync(2, default);
        await store.SettleDaysAsync();
        Assert.Equal(200_000, Assert.Single(store.OpenInstance!.Tables).File!.Rows);
    }

    [Fact]
    public async Task Parts_with_other_fields_and_events_have_files_of_their_own()
    {
        var wider = new SectorSchema(2, "water", 1, [.. Water.Fields, Field(4, "pressure", 1, 1)]);
        await using var store = await OpenAsync(catalog: CatalogOf(Water, wider));
        Append(store, Water, Device, 0, Today * 1000, (Flow, 1000));
        Append(store, wider, Device, 0, (Today + 1) * 1000, (Flow, 2500), (wider.FieldNamed("pressure")!, 31));
        store.AppendBoot(Origin(Device, Today * 1000), default, new("s", "", ""));
        await store.FlushAsync(1, default);
        await NextDayAsync(store);
        Assert.Equal(["device_boot_0_20260301_1.parquet", "water_1_20260301_1.parquet", "water_1_20260301_2.parquet"], Files());
        Assert.Equal([1, 2.5], (await RawAsync(store, Flow)).Select(point => point.Mean));
        Assert.Equal([3.1], (await RawAsync(store, wider.FieldNamed("pressure")!)).Select(point => point.Mean));
    }

    [Fact]
    public async Task Files_go_at_the_retention_of_their_sector()
    {
        var options = new EmbeddedOptions { RetentionDays = 3, RetentionDaysBySector = new Dictionary<string, int> { ["water"] = 2 } };
        await using var store = await OpenAsync(options);
        await FillAsync(store, 1, Today, Today - Day);
        store.AppendBoot(Origin(Device, (Today - Day) * 1000), default, new("s", "", ""));
        await store.FlushAsync(2, default);
        await NextDayAsync(store);
        await store.SettleDaysAsync();
        Assert.Equal(["device_boot_0_20260228_1.parquet", "water_1_20260228_1.parquet", "water_1_20260301_1.parquet"], Files());
        await NextDayAsync(store);
        Assert.Equal(["device_boot_0_20260228_1.parquet", "water_1_20260301_1.parquet"], Files());
        Assert.Equal([Today - (2 * Day)], (await RawAsync(store, Volume)).Select(point => point.Time));
        await NextDayAsync(store);
        Assert.Empty(Files());
        Assert.Empty(File.ReadAllLines(Path.Combine(DaysFolder, "manifest.jsonl")));
    }

    [Fact]
    public async Task What_a_reader_may_still_read_goes_when_it_has_left()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 1, Today);
        var open = store.OpenInstance!;
        var table = Assert.Single(open.Tables);
        var reader = open.Readers.Enter();
        Time.Advance(TimeSpan.FromHours(14));
        await store.FlushAsync(2, default);
        while (open.Tables[0].File is null)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
            await store.FlushAsync(Next(), default);
        }

        Assert.Equal(["1"], Ask(store, $"SELECT count(*) FROM {table.Qualified}"));
        open.Readers.Leave(reader);
        await store.FlushAsync(Next(), default);
        Assert.Throws<DuckDBException>(() => Ask(store, $"SELECT count(*) FROM {table.Qualified}"));
        Assert.Equal(1, Assert.Single(await RawAsync(store, Volume)).Count);
    }

    [Fact]
    public async Task No_question_fails_and_no_reading_is_away_while_days_are_closed_and_merged()
    {
        const int PerFlush = 500;
        await using var store = await OpenAsync();
        await FillAsync(store, 1, Today);
        var day = Today;
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(ReadAsync)).ToArray();
        for (var round = 0; round < 12; round++)
        {
            for (var i = 0; i < PerFlush; i++) Append(store, Device, 0, (day * 1000) + (round * PerFlush) + i, (Volume, i));
            await store.FlushAsync(Next(), default);
            Time.Advance(TimeSpan.FromDays(1));
            await store.SettleDaysAsync();
        }

        await done.CancelAsync();
        Assert.All(await Task.WhenAll(readers), answers => Assert.True(answers > 0));
        Assert.Single(Files());
        Assert.Equal(12 * PerFlush, (await RawAsync(store, Volume)).Count);

        async Task<int> ReadAsync()
        {
            long last = 0;
            for (var answers = 1; ; answers++)
            {
                var means = await store.AggregateAsync(new AggregateQuestion([Device], Volume, "water", day, day + Day, Day, Aggregate.Mean), default);
                var count = means.Points.Sum(point => point.Count);
                Assert.True(count >= last, $"{count} after {last}");
                last = count;
                await foreach (var reading in store.LastValuesAsync(default)) Assert.Equal(Device, reading.Device);
                if (done.IsCancellationRequested) return answers;
            }
        }
    }

    private static string[] Alone(string question)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        return Rows(connection, question);
    }
}
