using CsCheck;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Storage.Tests.Checkpoints;

public sealed class ConsumerCheckpointTests : IDisposable
{
    private readonly SqliteConnection connection = new("Data Source=:memory:");

    public ConsumerCheckpointTests() => connection.Open();

    public void Dispose() => connection.Dispose();

    [Fact]
    public void A_new_database_starts_at_0_without_states()
    {
        using var checkpoint = new ConsumerCheckpoint(connection, "live");
        Assert.Equal(0, checkpoint.LoadPosition());
        Assert.Empty(checkpoint.LoadStates());
    }

    [Fact]
    public void Position_and_states_come_back_as_the_last_save_left_them()
    {
        var saves = Gen.Select(Gen.ULong, Gen.Byte.Array[0, 40]).List[0, 20].List[1, 5];
        var name = 0;
        saves.Sample(
            rounds =>
            {
                var consumer = "c" + name++;
                var expected = new Dictionary<ulong, byte[]>();
                using (var checkpoint = new ConsumerCheckpoint(connection, consumer))
                {
                    for (var round = 0; round < rounds.Count; round++)
                    {
                        using var transaction = connection.BeginTransaction();
                        checkpoint.Save(transaction, 100 + round, [.. rounds[round].Select(s => new DeviceState(s.Item1, s.Item2))]);
                        transaction.Commit();
                        foreach (var (device, state) in rounds[round]) expected[device] = state;
                    }
                }

                using var again = new ConsumerCheckpoint(connection, consumer);
                Assert.Equal(99 + rounds.Count, again.LoadPosition());
                var loaded = again.LoadStates().ToDictionary(s => s.Device, s => s.State.ToArray());
                Assert.Equal(expected.OrderBy(p => p.Key), loaded.OrderBy(p => p.Key));
            },
            iter: 30,
            threads: 1);
    }

    [Fact]
    public void A_slice_of_a_larger_buffer_is_saved_as_the_slice()
    {
        using var checkpoint = new ConsumerCheckpoint(connection, "live");
        using (var transaction = connection.BeginTransaction())
        {
            checkpoint.Save(transaction, 1, [new DeviceState(ulong.MaxValue, new byte[] { 9, 1, 2, 9 }.AsMemory(1, 2))]);
            transaction.Commit();
        }

        var state = Assert.Single(checkpoint.LoadStates());
        Assert.Equal(ulong.MaxValue, state.Device);
        Assert.Equal<byte>([1, 2], state.State.ToArray());
    }

    [Fact]
    public void A_transaction_that_is_rolled_back_leaves_nothing_and_consumers_do_not_mix()
    {
        using var live = new ConsumerCheckpoint(connection, "live");
        using var store = new ConsumerCheckpoint(connection, "store");
        using (var transaction = connection.BeginTransaction())
        {
            live.Save(transaction, 7, [new DeviceState(1, new byte[] { 1 })]);
            transaction.Commit();
        }

        using (var transaction = connection.BeginTransaction())
        {
            live.Save(transaction, 8, [new DeviceState(1, new byte[] { 2 }), new DeviceState(2, new byte[] { 3 })]);
            transaction.Rollback();
        }

        Assert.Equal(7, live.LoadPosition());
        Assert.Equal<byte>([1], Assert.Single(live.LoadStates()).State.ToArray());
        Assert.Equal(0, store.LoadPosition());
        Assert.Empty(store.LoadStates());
    }
}
