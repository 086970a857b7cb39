using System.Diagnostics;
using System.Globalization;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Tests.Embedded;

public sealed class CrashTests : StoreFolder
{
    private static readonly EmbeddedOptions Forever = new() { RetentionDays = 0 };

    [Fact]
    public async Task After_each_kill_every_flushed_reading_is_there_exactly_once()
    {
        var random = new Random();
        long flushed = 0;
        for (var round = 0; round < 5; round++)
        {
            using var child = new CrashProcess(StorePath);
            Assert.True(await child.NextNumberAsync("held") >= flushed);
            for (var flushes = random.Next(1, 40); flushes > 0; flushes--) flushed = await child.NextNumberAsync("flushed");
            flushed = await child.KillAsync(flushed);
        }

        await using var store = Create(Forever);
        var held = await store.OpenAsync(default);
        Assert.True(held >= flushed, $"{held} is behind {flushed}");
        await IsThereOnceAsync(store, held);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Folder, "days"), "*.parquet"));
    }

    [Fact]
    public async Task A_file_that_another_process_holds_is_waited_for_and_not_set_aside()
    {
        await using var store = Create(Forever);
        Task<long> open;
        using (var child = new CrashProcess(StorePath))
        {
            await child.NextAsync("flushed");
            open = store.OpenAsync(default);
            await UntilAsync(() => !store.Health.IsUp);
            Assert.Contains("lock", store.Health.LastError, StringComparison.OrdinalIgnoreCase);
            await child.KillAsync(0);
        }

        await UntilAsync(() =>
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            return open.IsCompleted;
        });
        await IsThereOnceAsync(store, await open);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disk_that_fills_up_is_survived_and_nothing_is_lost_or_doubled(bool atCommit)
    {
        // A limit on the size of files stands for the full disk: the write fails in the middle of the database's own work.
        using var child = new CrashProcess(StorePath, "trap '' XFSZ;");
        await child.NextAsync("flushed");
        await child.NextAsync("flushed");
        // A commit writes to the log, which is short; only a checkpoint writes to the file.
        var limit = atCommit ? 4096 : new FileInfo(StorePath).Length + 100_000;
        LimitFileSize(child.Id, limit.ToString(CultureInfo.InvariantCulture));
        Assert.Contains("File too large", await child.NextAsync("down"), StringComparison.Ordinal);
        LimitFileSize(child.Id, "unlimited");
        await child.NextAsync("up");
        long flushed = 0;
        for (var i = 0; i < 5; i++) flushed = await child.NextNumberAsync("flushed");
        flushed = await child.KillAsync(flushed);

        await using var store = Create(Forever);
        var held = await store.OpenAsync(default);
        Assert.True(held >= flushed, $"{held} is behind {flushed}");
        await IsThereOnceAsync(store, held);
    }

    /// <summary>To questions at once; and as the rows lie, when all days that are over have become files.</summary>
    private async Task IsThereOnceAsync(EmbeddedStore store, long held)
    {
        Assert.Equal(Expected(held), AllRows(store).Distinct());
        Time.Advance(TimeSpan.FromDays(3650));
        await store.SettleDaysAsync();
        Assert.All(store.OpenInstance!.Tables, table => Assert.NotNull(table.File));
        Assert.Equal(Expected(held), AllRows(store));
        Assert.Empty(Directory.GetFiles(Folder, "*.damaged-*", SearchOption.AllDirectories));
        Assert.Null(store.Health.Remedy);
        Assert.Null(store.Health.Warning);
    }

    private static IEnumerable<(long Time, long Volume)> Expected(long held) =>
        Enumerable.Range(1, (int)held).Select(position => ((CrashChild.Start + (position * 60_000L)) * 1000, (long)position));

    /// <summary>Every row of every table and file as it lies there, without what questions would make of it.</summary>
    private static List<(long Time, long Volume)> AllRows(EmbeddedStore store)
    {
        using var reader = store.OpenInstance!.Connect();
        return [.. store.OpenInstance.Tables
            .SelectMany(table => Sql.Read(
                reader,
                $"SELECT time, volume FROM {table.Source} ORDER BY ord",
                row => (row.GetInt64(0), row.GetInt64(1)),
                default))
            .Order()];
    }

    private static void LimitFileSize(int process, string bytes)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:unlimited"]);
        prlimit.WaitForExit();
        Assert.Equal(0, prlimit.ExitCode);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(5, deadline.Token);
    }
}
