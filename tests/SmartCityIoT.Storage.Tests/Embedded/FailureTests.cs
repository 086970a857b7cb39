using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Tests.Embedded;

public sealed class FailureTests : StoreFolder
{
    [Fact]
    public async Task Nothing_is_written_into_the_reserve_and_it_goes_on_by_itself_when_there_is_room()
    {
        long free = 0;
        await using var store = new EmbeddedStore(
            StorePath, new EmbeddedOptions(), Catalog, Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedStore>.Instance)
        { FreeSpace = _ => Interlocked.Read(ref free) };
        await store.OpenAsync(default);
        Append(store, Device, 0, Today * 1000, (Volume, 1));
        using var calledOff = new CancellationTokenSource();
        var flush = store.FlushAsync(1, calledOff.Token).AsTask();
        await UntilAsync(() => !store.Health.IsUp);
        Assert.Contains("0 MB free", store.Health.LastError, StringComparison.Ordinal);
        Assert.Contains(Folder, store.Health.Remedy, StringComparison.Ordinal);
        await calledOff.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        Assert.Equal(1, store.PendingPoints);

        Append(store, Device, 0, (Today + 1) * 1000, (Volume, 2));
        flush = store.FlushAsync(2, default).AsTask();
        await UntilAsync(() => !store.Health.IsUp);
        Interlocked.Exchange(ref free, 1L << 40);
        await UntilAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            return flush.IsCompleted;
        });
        Assert.Equal(2, (await flush).Points);
        Assert.True(store.Health.IsUp);
        Assert.Equal([1, 2], (await RawAsync(store, Volume)).Select(p => p.Mean));
    }

    [Fact]
    public async Task A_flush_after_a_failed_instance_opens_the_file_again_and_repeats_itself()
    {
        await using var store = await OpenAsync();
        Append(store, Device, 0, Today * 1000, (Volume, 1));
        await store.FlushAsync(1, default);
        Append(store, Device, 0, (Today + 1) * 1000, (Volume, 2));
        await store.AbandonAsync(store.OpenInstance!);
        await Assert.ThrowsAsync<Storage.Questions.StoreUnavailableException>(() => RawAsync(store, Volume));
        await store.FlushAsync(2, default);
        Assert.Equal([1, 2], (await RawAsync(store, Volume)).Select(p => p.Mean));
    }

    [Fact]
    public async Task Rows_whose_failed_commit_reached_the_disk_are_not_written_again()
    {
        await using var store = await OpenAsync();
        await store.FlushAsync(1, default);
        var tags = new Telemetry.Readings.SeriesTags("s", "", "");
        for (var i = 0; i < 3; i++) store.AppendBoot(Origin(Device, (Today + i) * 1000), default, tags);
        await store.AbandonAsync(store.OpenInstance!);
        // A second store stands for the commit of the first two rows of which the first store heard only that it failed.
        await using (var other = await OpenAsync(held: 1))
        {
            for (var i = 0; i < 2; i++) other.AppendBoot(Origin(Device, (Today + i) * 1000), default, tags);
            await other.FlushAsync(2, default);
        }

        await store.FlushAsync(3, default);
        var table = Assert.Single(store.OpenInstance!.Tables);
        using var reader = store.OpenInstance.Connect();
        Assert.Equal([0L, 1, 2], Sql.Read(reader, $"SELECT ord FROM {table.Qualified} ORDER BY rowid", row => row.GetInt64(0), default));
        Assert.Equal([1L], Sql.Read(reader, "SELECT count(*) FROM tele.main.series_tags", row => row.GetInt64(0), default));
    }

    [Fact]
    public async Task A_file_that_falls_back_while_it_is_open_is_reported_and_taken_up_from_where_it_stands()
    {
        await using var store = await OpenAsync();
        Append(store, Device, 0, Today * 1000, (Volume, 1));
        await store.FlushAsync(1, default);
        store.OpenInstance!.Checkpoint(wait: true);
        var old = File.ReadAllBytes(StorePath);
        Append(store, Device, 0, (Today + 1) * 1000, (Volume, 2));
        await store.FlushAsync(2, default);
        Append(store, Device, 0, (Today + 2) * 1000, (Volume, 3));
        await store.AbandonAsync(store.OpenInstance!);
        File.Delete(StorePath + ".wal");
        File.WriteAllBytes(StorePath, old);

        var rewound = await Assert.ThrowsAsync<StoreRewoundException>(async () => await store.FlushAsync(3, default));
        Assert.Equal(1, rewound.HeldPosition);
        Assert.Equal(1, await store.OpenAsync(default));
        for (var i = 1; i <= 2; i++) Append(store, Device, 0, (Today + i) * 1000, (Volume, i + 1));
        await store.FlushAsync(3, default);
        Assert.Equal([1, 2, 3], (await RawAsync(store, Volume)).Select(p => p.Mean));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_waited_for_and_said()
    {
        File.WriteAllText(Path.Combine(Folder, "file"), "");
        var time = Time;
        await using var store = new EmbeddedStore(
            Path.Combine(Folder, "file", "telemetry.duckdb"), new EmbeddedOptions(), Catalog, time, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedStore>.Instance);
        using var calledOff = new CancellationTokenSource();
        var open = store.OpenAsync(calledOff.Token);
        await UntilAsync(() => !store.Health.IsUp);
        File.Delete(Path.Combine(Folder, "file"));
        await UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(15));
            return open.IsCompleted;
        });
        Assert.Equal(0, await open);
        Assert.True(store.Health.IsUp);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(5, deadline.Token);
    }
}
