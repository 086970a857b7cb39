using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Embedded.Backup;
using SmartCityIoT.Storage.Tests.Embedded.Days;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>A store with two closed days and an open one, its backup, and another data directory that it is restored to.</summary>
public sealed class BackupTests : DayStoreFolder
{
    private readonly List<string> told = [];

    private string Target => Path.Combine(Path.GetDirectoryName(Folder)!, Path.GetFileName(Folder) + "-backup");

    private string Restored => Path.Combine(Folder, "other", "store", "telemetry.duckdb");

    private long First { get; set; }

    [Fact]
    public async Task A_stopped_store_comes_back_with_its_position_and_every_day()
    {
        await StoppedAsync();
        await BackupAsync();
        await RestoreAsync();
        Assert.Contains(told, line => line.Contains("journal to position 2 of 2026-03-02", StringComparison.Ordinal));
        await HoldsAsync(Restored, 2, 99, 100, 101);
    }

    [Fact]
    public async Task A_running_store_is_backed_up_while_it_is_written_and_asked()
    {
        await StoppedAsync();
        await using var store = await OpenAsync(held: 2);
        using var done = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                // One reading for each position: a copy is consistent when it has as many as its position says.
                Append(store, Device + 9, 0, (Today * 1000) + i, (Volume, i));
                await store.FlushAsync(3 + i, default);
            }
        });
        await store.BackupAsync(Target, told.Add, TestContext.Current.CancellationToken);
        await done.CancelAsync();
        await writer;
        await RestoreAsync();
        await using var restored = At(Restored);
        var position = await restored.OpenAsync(default);
        Assert.Equal(position - 2, (await RawAsync(restored, Volume, Device + 9)).Count);
        Assert.Equal([99, 100, 101], (await RawAsync(restored, Volume)).Select(point => point.Mean));
    }

    [Fact]
    public async Task A_second_backup_copies_what_is_new_and_leaves_nothing_old()
    {
        await StoppedAsync();
        await BackupAsync();
        var kept = Path.Combine(Target, "days", "water_1_20260228_1.parquet");
        var written = File.GetLastWriteTimeUtc(kept);
        await using (var store = await OpenAsync(held: 2))
        {
            Append(store, Device, 0, First * 1000, (Volume, 7));
            Append(store, Device, 0, (First + Day) * 1000, (Volume, 8));
            await store.FlushAsync(3, default);
            await NextDayAsync(store);
        }

        await BackupAsync();
        Assert.False(File.Exists(kept));
        Assert.Single(Directory.GetFiles(Target, "*.duckdb"));
        Assert.Equal(Files(), Directory.GetFiles(Path.Combine(Target, "days"), "*.parquet").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        var third = Path.Combine(Target, "days", Files()[^1]);
        written = File.GetLastWriteTimeUtc(third);
        await BackupAsync();
        Assert.Equal(written, File.GetLastWriteTimeUtc(third));
        await RestoreAsync();
        await HoldsAsync(Restored, 3, 7, 8, 101);
    }

    [Fact]
    public async Task What_is_damaged_in_the_backup_is_found_before_anything_is_touched()
    {
        await StoppedAsync();
        await BackupAsync();
        var day = Path.Combine(Target, "days", "water_1_20260228_1.parquet");
        var bytes = await File.ReadAllBytesAsync(day, TestContext.Current.CancellationToken);
        bytes[50] ^= 1;
        await File.WriteAllBytesAsync(day, bytes, TestContext.Current.CancellationToken);
        var failed = await Assert.ThrowsAsync<StoreBackupException>(RestoreAsync);
        Assert.Contains("water_1_20260228_1.parquet is damaged", failed.Message, StringComparison.Ordinal);
        File.Delete(day);
        failed = await Assert.ThrowsAsync<StoreBackupException>(RestoreAsync);
        Assert.Contains("is missing from the backup; nothing was changed", failed.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.GetDirectoryName(Restored)));
        // The next backup notices too, and mends it.
        await BackupAsync();
        await RestoreAsync();
        await HoldsAsync(Restored, 2, 99, 100, 101);
    }

    [Fact]
    public async Task A_store_that_is_there_gives_way_only_when_told_and_is_kept()
    {
        await StoppedAsync();
        await BackupAsync();
        await RestoreAsync();
        var failed = await Assert.ThrowsAsync<StoreBackupException>(RestoreAsync);
        Assert.Contains("holds a store already; add --replace", failed.Message, StringComparison.Ordinal);
        await StoreRestore.RunAsync(Target, Restored, isReplacing: true, Time, told.Add, TestContext.Current.CancellationToken);
        Assert.Single(Directory.GetDirectories(Path.Combine(Folder, "other"), "store.replaced-*"));
        await HoldsAsync(Restored, 2, 99, 100, 101);
    }

    [Fact]
    public async Task A_day_that_the_store_itself_has_lost_is_said_and_the_rest_is_backed_up()
    {
        await StoppedAsync();
        File.Delete(FilePath("water_1_20260228_1.parquet"));
        await BackupAsync();
        Assert.Contains("water_1_20260228_1.parquet is missing and not in the backup", told);
        await RestoreAsync();
        await using var restored = At(Restored);
        await restored.OpenAsync(default);
        Assert.Equal([100, 101], (await RawAsync(restored, Volume)).Select(point => point.Mean));
        Assert.Contains("water of 2026-02-28 is missing", restored.Health.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_backup_no_store_or_no_place_for_one_is_refused()
    {
        Assert.Contains("no embedded store", (await Assert.ThrowsAsync<StoreBackupException>(BackupAsync)).Message, StringComparison.Ordinal);
        await StoppedAsync();
        Directory.CreateDirectory(Target);
        await File.WriteAllTextAsync(Path.Combine(Target, "photo"), "", TestContext.Current.CancellationToken);
        Assert.Contains("is not empty", (await Assert.ThrowsAsync<StoreBackupException>(BackupAsync)).Message, StringComparison.Ordinal);
        Assert.Contains("no finished backup", (await Assert.ThrowsAsync<StoreBackupException>(RestoreAsync)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(Target, BackupManifest.FileName), "{", TestContext.Current.CancellationToken);
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<StoreBackupException>(RestoreAsync)).Message, StringComparison.Ordinal);
        var inside = await Assert.ThrowsAsync<StoreBackupException>(
            () => StoreBackup.CreateAsync(StorePath, DaysFolder, Time, told.Add, TestContext.Current.CancellationToken));
        Assert.Contains("lies in the store itself", inside.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_another_process_holds_is_neither_backed_up_nor_replaced_from_outside()
    {
        await StoppedAsync();
        await BackupAsync();
        using var child = new CrashProcess(StorePath);
        await child.NextAsync("held");
        await Assert.ThrowsAsync<StoreInUseException>(BackupAsync);
        await Assert.ThrowsAsync<StoreInUseException>(
            () => StoreRestore.RunAsync(Target, StorePath, isReplacing: true, Time, told.Add, TestContext.Current.CancellationToken));
    }

    protected override void Dispose(bool isDisposing)
    {
        if (Directory.Exists(Target)) Directory.Delete(Target, recursive: true);
        base.Dispose(isDisposing);
    }

    private async Task StoppedAsync()
    {
        await using var store = await OpenAsync();
        First = Today - Day;
        await FillAsync(store, 1, Today - Day, Today);
        await NextDayAsync(store);
        await FillAsync(store, 2, Today);
    }

    private Task BackupAsync() => StoreBackup.CreateAsync(StorePath, Target, Time, told.Add, TestContext.Current.CancellationToken);

    private Task RestoreAsync() => StoreRestore.RunAsync(Target, Restored, isReplacing: false, Time, told.Add, TestContext.Current.CancellationToken);

    private EmbeddedStore At(string path) => new(path, new EmbeddedOptions(), Catalog, Time, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedStore>.Instance);

    private async Task HoldsAsync(string path, long position, params double[] volumes)
    {
        await using var store = At(path);
        Assert.Equal(position, await store.OpenAsync(default));
        Assert.Equal(volumes, (await RawAsync(store, Volume)).Select(point => point.Mean));
        await store.SettleDaysAsync();
        Assert.Null(store.Health.Warning);
    }
}
