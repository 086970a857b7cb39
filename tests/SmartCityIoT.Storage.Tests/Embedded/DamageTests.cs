using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded;

namespace SmartCityIoT.Storage.Tests.Embedded;

/// <summary>Each damage is done to the files of a store that was killed: position 3 in the file, 4 and 5 in its write-ahead log.</summary>
public sealed class DamageTests : StoreFolder
{
    private string Log => StorePath + ".wal";

    [Fact]
    public async Task Without_damage_the_log_is_replayed()
    {
        await KilledStoreAsync();
        await using var store = await OpenAsync(held: 5);
        Assert.Equal([1, 2, 3, 4, 5], (await RawAsync(store, Volume)).Select(p => p.Mean));
        Assert.Empty(Aside());
    }

    [Fact]
    public async Task A_torn_end_of_the_log_costs_its_last_commit_alone()
    {
        await KilledStoreAsync();
        Change(Log, bytes => bytes[..^20]);
        await HoldsAsync(4);
        Assert.Empty(Aside());
    }

    [Fact]
    public async Task A_flipped_bit_in_the_log_sets_the_log_aside_and_keeps_the_file()
    {
        await KilledStoreAsync();
        Change(Log, bytes =>
        {
            bytes[bytes.Length / 3] ^= 4;
            return bytes;
        });
        await HoldsAsync(3);
        Assert.EndsWith("Z", Assert.Single(Aside()), StringComparison.Ordinal);
        Assert.Contains(".wal.damaged-", Aside()[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_of_another_store_is_set_aside()
    {
        await KilledStoreAsync();
        var first = (File.ReadAllBytes(StorePath), File.ReadAllBytes(Log));
        File.Delete(StorePath);
        File.Delete(Log);
        await KilledStoreAsync();
        File.WriteAllBytes(StorePath, first.Item1);
        await HoldsAsync(3);
        Assert.Contains(".wal.damaged-", Assert.Single(Aside()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_from_an_earlier_time_of_the_same_store_is_set_aside()
    {
        await KilledStoreAsync();
        var old = File.ReadAllBytes(Log);
        await using (await OpenAsync(held: 5))
        {
        }

        File.WriteAllBytes(Log, old);
        await HoldsAsync(5);
        Assert.Contains(".wal.damaged-", Assert.Single(Aside()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_without_its_file_is_set_aside()
    {
        await KilledStoreAsync();
        File.Delete(StorePath);
        await HoldsAsync(0);
        Assert.Contains(".damaged-", Assert.Single(Aside()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("cut in half")]
    [InlineData("cut to its header")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("flipped in its first block")]
    [InlineData("another database")]
    public async Task A_file_that_cannot_be_used_is_set_aside_as_it_is(string damage)
    {
        await KilledStoreAsync();
        File.Delete(Log);
        Change(StorePath, bytes =>
        {
            switch (damage)
            {
                case "truncated": return bytes[..^1000];
                case "cut in half": return bytes[..(bytes.Length / 2)];
                case "cut to its header": return bytes[..5000];
                case "empty": return [];
                case "garbage":
                    new Random(1).NextBytes(bytes);
                    return bytes;
                case "flipped in its first block":
                    bytes[12_288 + 100] ^= 1;
                    return bytes;
                default: return AnotherDatabase();
            }
        });
        var damaged = File.ReadAllBytes(StorePath);
        await HoldsAsync(0);
        Assert.Equal(damaged, File.ReadAllBytes(Assert.Single(Aside())));
    }

    [Fact]
    public async Task The_health_of_a_store_that_lost_its_history_says_where_it_is()
    {
        await KilledStoreAsync();
        File.WriteAllText(StorePath, "not a database");
        await using var store = await OpenAsync();
        Assert.True(store.Health.IsUp);
        Assert.Contains(Path.GetFileName(Aside().First(path => !path.EndsWith(".wal", StringComparison.Ordinal))), store.Health.Remedy, StringComparison.Ordinal);
    }

    private async Task HoldsAsync(long position)
    {
        await using (var store = await OpenAsync(held: position))
        {
            Assert.Equal(Enumerable.Range(1, (int)position).Select(i => (double)i), (await RawAsync(store, Volume)).Select(p => p.Mean));
            Append(store, Device, 0, (Today + 100) * 1000, (Volume, 100));
            await store.FlushAsync(position + 1, default);
        }

        await using var again = await OpenAsync(held: position + 1);
        Assert.Equal(100, (await RawAsync(again, Volume))[^1].Mean);
    }

    private async Task KilledStoreAsync()
    {
        // What a kill leaves is what lies on the disk between two flushes: files copied then.
        var store = await OpenAsync();
        for (var position = 1; position <= 5; position++)
        {
            Append(store, Device, 0, (Today + position) * 1000, (Volume, position));
            await store.FlushAsync(position, default);
            if (position == 3) store.OpenInstance!.Checkpoint(wait: true);
        }

        File.Copy(StorePath, StorePath + ".copy");
        File.Copy(Log, Log + ".copy");
        await store.DisposeAsync();
        File.Move(StorePath + ".copy", StorePath, overwrite: true);
        File.Move(Log + ".copy", Log);
    }

    private byte[] AnotherDatabase()
    {
        var path = Path.Combine(Folder, "another");
        using (var connection = new DuckDBConnection("DataSource=:memory:"))
        {
            connection.Open();
            Sql.Execute(connection, $"ATTACH '{path}' AS other; CREATE TABLE other.t (a INTEGER); CHECKPOINT other");
        }

        return File.ReadAllBytes(path);
    }

    private static void Change(string path, Func<byte[], byte[]> change) => File.WriteAllBytes(path, change(File.ReadAllBytes(path)));

    private string[] Aside() => Directory.GetFiles(Folder, "*.damaged-*");
}
