using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Tests.Embedded.Days;

/// <summary>Three closed days, 27 February to 1 March, and what happens to their files.</summary>
public sealed class DayDamageTests : DayStoreFolder
{
    private const string Middle = "water_1_20260228_1.parquet";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_that_is_begun_anew_finds_the_closed_days_again(bool withManifest)
    {
        var held = await ThreeDaysAsync();
        await File.WriteAllTextAsync(StorePath, "not a database", TestContext.Current.CancellationToken);
        if (!withManifest) File.Delete(FilePath("manifest.jsonl"));
        await using var store = await OpenAsync();
        Assert.Equal([98, 99, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        // The journal brings the same again, and then something newer, which must win.
        Append(store, Device, 0, (Today - Day) * 1000, (Volume, 100));
        Append(store, Device, 0, (Today - Day) * 1000, (Volume, 7));
        await store.FlushAsync(held, default);
        Assert.Equal([98, 99, 7], (await RawAsync(store, Volume)).Select(point => point.Mean));
        await NextDayAsync(store);
        Assert.Equal([98, 99, 7], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Equal(3, Files().Length);
    }

    [Fact]
    public async Task A_missing_day_is_named_and_used_again_when_it_comes_back()
    {
        var held = await ThreeDaysAsync();
        File.Move(FilePath(Middle), Path.Combine(Folder, "away"));
        await using (var store = await OpenAsync(held: held))
        {
            Assert.True(store.Health.IsUp);
            Assert.Contains("water of 2026-02-28 is missing", store.Health.Warning, StringComparison.Ordinal);
            Assert.Equal([98, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
            // What comes late for it is kept beside it.
            Append(store, Device, 0, (Today - (2 * Day) + 1) * 1000, (Volume, 55));
            await store.FlushAsync(held + 1, default);
            await NextDayAsync(store);
            Assert.Equal([98, 55, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        }

        File.Move(Path.Combine(Folder, "away"), FilePath(Middle));
        await using var again = await OpenAsync(held: held + 1);
        Assert.Null(again.Health.Warning);
        Assert.Equal([98, 99, 55, 100], (await RawAsync(again, Volume)).Select(point => point.Mean));
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("flipped")]
    public async Task A_damaged_day_is_set_aside_and_the_others_answer(string damage)
    {
        var held = await ThreeDaysAsync();
        Damage(FilePath(Middle), damage);
        await using var store = await OpenAsync(held: held);
        // A flipped bit changes no length: it is found when the files are read through, which the store does beside its flushes.
        await store.SettleDaysAsync();
        Assert.Equal([98, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Contains(Path.GetFileName(Assert.Single(Aside())), store.Health.Warning, StringComparison.Ordinal);
        Assert.Contains("water of 2026-02-28 is damaged", store.Health.Warning, StringComparison.Ordinal);
        Assert.True(store.Health.IsUp);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("gone")]
    public async Task A_question_that_meets_damage_is_asked_again_without_the_file(string damage)
    {
        var held = await ThreeDaysAsync();
        await using var store = await OpenAsync(held: held);
        await store.SettleDaysAsync();
        Damage(FilePath(Middle), damage);
        Assert.Equal([98, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Contains("water of 2026-02-28", store.Health.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_not_merged_into_a_file_with_a_good_checksum()
    {
        var held = await ThreeDaysAsync();
        await using var store = await OpenAsync(held: held);
        await store.SettleDaysAsync();
        Damage(FilePath(Middle), "flipped");
        Append(store, Device, 0, (Today - (2 * Day) + 1) * 1000, (Volume, 55));
        await store.FlushAsync(held + 1, default);
        await NextDayAsync(store);
        Assert.Contains(Middle, Path.GetFileName(Assert.Single(Aside())), StringComparison.Ordinal);
        Assert.Equal([98, 55, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
    }

    [Fact]
    public async Task A_file_of_a_newer_format_is_left_alone_and_named()
    {
        var held = await ThreeDaysAsync();
        var newer = FilePath("water_1_20260226_1.parquet");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            var line = DayFile.Parse(File.ReadAllLines(FilePath("manifest.jsonl"))[0]) with { Format = DayFile.CurrentFormat + 1 };
            Sql.Execute(connection, $"COPY (SELECT 1 AS other) TO '{newer}' (FORMAT parquet, KV_METADATA {{ smartcity: {Sql.Text(line.ToJson())} }})");
        }

        var bytes = await File.ReadAllBytesAsync(newer, TestContext.Current.CancellationToken);
        await using var store = await OpenAsync(held: held);
        await store.SettleDaysAsync();
        Assert.Contains("water_1_20260226_1.parquet has the format 2", store.Health.Warning, StringComparison.Ordinal);
        Append(store, Device, 0, (Today - (4 * Day)) * 1000, (Volume, 97));
        await store.FlushAsync(held + 1, default);
        await NextDayAsync(store);
        Assert.Equal(["water_1_20260226_1.parquet", "water_1_20260226_2.parquet"], Files()[..2]);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(newer, TestContext.Current.CancellationToken));
        Assert.Equal([97, 98, 99, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_waited_for_and_not_set_aside()
    {
        await ThreeDaysAsync();
        Change("UPDATE tele.main.store_identity SET format = 99");
        await using var store = Create();
        using var calledOff = new CancellationTokenSource();
        var open = store.OpenAsync(calledOff.Token);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (store.Health.IsUp) await Task.Delay(5, deadline.Token);
        Assert.Contains("has the format 99", store.Health.LastError, StringComparison.Ordinal);
        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open);
        Assert.Empty(Aside());
    }

    [Fact]
    public async Task A_database_of_before_there_were_files_is_brought_up()
    {
        await using (var store = await OpenAsync()) await FillAsync(store, 1, Today);
        Change("DROP TABLE tele.main.day_file; UPDATE tele.main.store_identity SET format = 1");
        await using var again = await OpenAsync(held: 1);
        await NextDayAsync(again);
        Assert.Equal([100], (await RawAsync(again, Volume)).Select(point => point.Mean));
        Assert.Single(Files());
    }

    [Fact]
    public async Task A_full_disk_leaves_the_day_in_its_table_and_it_is_closed_when_there_is_room()
    {
        long free = 1L << 40;
        await using var store = new EmbeddedStore(
            StorePath, new EmbeddedOptions(), Catalog, Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedStore>.Instance)
        { FreeSpace = folder => folder == DaysFolder ? Interlocked.Read(ref free) : 1L << 40 };
        await store.OpenAsync(default);
        await FillAsync(store, 1, Today);
        Interlocked.Exchange(ref free, 0);
        await NextDayAsync(store);
        Assert.Empty(Files());
        Assert.Contains("could not become a file: The disk has 0 MB free", store.Health.Warning, StringComparison.Ordinal);
        // Late rows go on into the table.
        Append(store, Device, 0, (Today - Day + 1) * 1000, (Volume, 101));
        await store.FlushAsync(2, default);
        Assert.Single(store.OpenInstance!.Tables);
        Interlocked.Exchange(ref free, 1L << 40);
        Time.Advance(TimeSpan.FromMinutes(11));
        await store.SettleDaysAsync();
        Assert.Single(Files());
        Assert.Null(store.Health.Warning);
        Assert.Equal([100, 101], (await RawAsync(store, Volume)).Select(point => point.Mean));
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_leaves_nothing_behind()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 1, Today);
        // A folder in the place of the work file stands for every failure of the write.
        Directory.CreateDirectory(FilePath("water_1_20260301_1.parquet.tmp"));
        await NextDayAsync(store);
        Assert.Contains("could not become a file", store.Health.Warning, StringComparison.Ordinal);
        Directory.Delete(FilePath("water_1_20260301_1.parquet.tmp"));
        Assert.Equal(["manifest.jsonl"], Directory.GetFileSystemEntries(DaysFolder).Select(Path.GetFileName));
        Assert.Equal([100], (await RawAsync(store, Volume)).Select(point => point.Mean));
    }

    [Fact]
    public async Task Leftovers_go_strangers_stay_and_what_a_person_puts_in_is_used()
    {
        var held = await ThreeDaysAsync();
        File.WriteAllText(FilePath("water_1_20260301_1.parquet.tmp"), "half a file");
        Directory.CreateDirectory(FilePath("sort.tmp"));
        File.WriteAllText(FilePath("stranger.parquet"), "not a day");
        // What a kill leaves between the writing of a file and its recording: the file, and nothing that names it.
        Change($"DELETE FROM tele.main.day_file WHERE file = '{Middle}'");
        await using var store = await OpenAsync(held: held);
        Assert.Equal([98, 99, 100], (await RawAsync(store, Volume)).Select(point => point.Mean));
        Assert.Empty(Directory.GetFileSystemEntries(DaysFolder, "*.tmp"));
        Assert.Contains("stranger.parquet", store.Health.Warning, StringComparison.Ordinal);
        Assert.Equal("not a day", File.ReadAllText(FilePath("stranger.parquet")));
        Assert.Equal(3, File.ReadAllLines(FilePath("manifest.jsonl")).Length);
    }

    [Fact]
    public async Task A_file_whose_rows_another_holds_is_removed_at_the_start()
    {
        var held = await ThreeDaysAsync();
        File.Copy(FilePath(Middle), Path.Combine(Folder, "old"));
        await using (var store = await OpenAsync(held: held))
        {
            Append(store, Device, 0, (Today - (2 * Day)) * 1000, (Volume, 55));
            await store.FlushAsync(held + 1, default);
            await NextDayAsync(store);
        }

        File.Move(Path.Combine(Folder, "old"), FilePath(Middle));
        await using var again = await OpenAsync(held: held + 1);
        Assert.DoesNotContain(Middle, Files());
        Assert.Equal([98, 55, 100], (await RawAsync(again, Volume)).Select(point => point.Mean));
    }

    private async Task<long> ThreeDaysAsync()
    {
        await using var store = await OpenAsync();
        await FillAsync(store, 1, Today - (2 * Day), Today - Day, Today);
        await NextDayAsync(store);
        Assert.Equal(3, Files().Length);
        return 1;
    }

    private void Change(string statement)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        Sql.Execute(connection, $"ATTACH '{StorePath}' AS tele; {statement}; CHECKPOINT tele");
    }

    private static void Damage(string path, string damage)
    {
        var bytes = File.ReadAllBytes(path);
        switch (damage)
        {
            case "truncated": File.WriteAllBytes(path, bytes[..^100]); break;
            case "empty": File.WriteAllBytes(path, []); break;
            case "garbage": File.WriteAllBytes(path, [.. bytes.Select(value => (byte)~value)]); break;
            case "flipped":
                bytes[bytes.Length / 3] ^= 8;
                File.WriteAllBytes(path, bytes);
                break;
            default: File.Delete(path); break;
        }
    }
}
