using SmartCityIoT.Ingestion.Tests.Consume;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Tests.Store;

/// <summary>How the store consumer goes on while a server takes its time.</summary>
public sealed class StoreFlowTests
{
    private const int Messages = 80_000;

    /// <summary>Points at which no more is taken, and the records of a block that is taken as a whole.</summary>
    private const int MostPending = 20_000 + 5_000;

    [Fact]
    public async Task While_a_batch_is_written_the_next_is_filled_and_the_rest_waits_in_the_journal()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new ForgetfulStore { Gate = gate };
        await using var rig = new ConsumerRig(store);
        await rig.FillAsync(Messages);
        await rig.StoreConsumer.StartAsync(CancellationToken.None);

        // It says so a second after it has begun to wait: long enough to have read all of the journal, were there no bound.
        await Eventually.Until(
            () => store.PendingPoints >= 20_000 && rig.Platform.Read().Any(part => part is { Part: PlatformPart.Store, IsUp: false }),
            "the second batch full, and the store reported as away");
        Assert.InRange(store.PendingPoints, 20_000, MostPending);
        Assert.InRange(store.Appended, 20_001, 2 * MostPending);
        Assert.Equal(0, rig.Ledger.Position);
        Assert.Equal(0, rig.Journal.GetCursor(IngestHost.CursorOfStore));

        gate.SetResult();
        await Eventually.Until(() => rig.Ledger.Position == rig.Journal.Head, "everything stored and committed");
        Assert.Equal(new BalanceCounts { Received = Messages, Decoded = Messages, Stored = Messages }, rig.Ledger.Totals(0, long.MaxValue));
        Assert.Equal(Messages, store.Appended);
        await rig.StoreConsumer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_a_store_does_not_take_although_it_is_up_is_a_fault_of_its_own_until_it_takes_it()
    {
        var store = new ForgetfulStore { Warning = "water came to 10 series" };
        await using var rig = new ConsumerRig(store);
        await rig.StoreConsumer.StartAsync(CancellationToken.None);
        await Eventually.Until(
            () => rig.Platform.Read().Any(part => part is { Part: PlatformPart.StoreWarning, IsUp: false, Why: "nowhere: water came to 10 series" }), "the warning reported");
        Assert.Contains(rig.Platform.Read(), part => part is { Part: PlatformPart.Store, IsUp: true });
        Assert.False(PlatformPart.StoreWarning.Blinds());

        store.Warning = null;
        await Eventually.Until(() => rig.Platform.Read().Any(part => part is { Part: PlatformPart.StoreWarning, IsUp: true }), "the warning taken back");
        await rig.StoreConsumer.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_stop_waits_for_the_batch_that_is_written_and_saves_all_that_was_read()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new ForgetfulStore { Gate = gate };
        await using var rig = new ConsumerRig(store);
        await rig.FillAsync(2_000);
        await rig.StoreConsumer.StartAsync(CancellationToken.None);
        await Eventually.Until(() => store.Appended == 2_000, "everything read");

        var stop = rig.StoreConsumer.StopAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        gate.SetResult();
        await stop;
        Assert.Equal(rig.Journal.Head, rig.Ledger.Position);
        Assert.Equal(new BalanceCounts { Received = 2_000, Decoded = 2_000, Stored = 2_000 }, rig.Ledger.Totals(0, long.MaxValue));
    }
}
