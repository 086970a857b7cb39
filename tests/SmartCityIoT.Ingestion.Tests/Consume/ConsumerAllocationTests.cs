using SmartCityIoT.Ingestion.Consume;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Ingestion.Tests.Consume;

/// <summary>What the consumers allocate: nothing for a message, and for a save a little that does not grow with the messages.</summary>
public sealed class ConsumerAllocationTests : IAsyncDisposable
{
    private const int WarmUp = 20_000;
    private const int Messages = 100_000;
    private const int BetweenSaves = 10_000;

    private readonly ConsumerRig rig = new(new ForgetfulStore());

    public ValueTask DisposeAsync() => rig.DisposeAsync();

    [Fact]
    public Task The_live_consumer_allocates_nothing_for_a_message() => RunAsync(rig.LiveConsumer);

    [Fact]
    public Task The_store_consumer_allocates_nothing_for_a_message() => RunAsync(rig.StoreConsumer);

    private async Task RunAsync(JournalConsumer consumer)
    {
        await rig.FillAsync(WarmUp + (Allocated.Rounds * Messages));
        using var reader = rig.Journal.OpenReader(0);
        await TakeAsync(consumer, reader, WarmUp);

        // Once more where a collection was charged to this thread, as Allocated says.
        var bytes = long.MaxValue;
        for (var round = 0; round < Allocated.Rounds && bytes > 0; round++)
        {
            (bytes, var inSaves, var saves) = await TakeAsync(consumer, reader, Messages);
            Assert.True(inSaves <= 2L * Messages, $"{inSaves} bytes in {saves} saves of {ConsumerRig.Devices} devices");
        }

        Assert.Equal(0, bytes);
    }

    /// <summary>Takes records as a running consumer does, each save included, and answers what was allocated.</summary>
    private static async Task<(long InBlocks, long InSaves, int Saves)> TakeAsync(JournalConsumer consumer, JournalReader reader, int messages)
    {
        long inBlocks = 0;
        long inSaves = 0;
        var saves = 0;
        var until = reader.Position + messages;
        var nextSave = reader.Position + BetweenSaves;
        while (reader.Position < until && reader.TryReadBlock(out var block))
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            consumer.TakeBlock(block);
            inBlocks += GC.GetAllocatedBytesForCurrentThread() - before;
            if (reader.Position < nextSave) continue;
            nextSave += BetweenSaves;
            saves++;

            // With a store that forgets at once it never leaves this thread.
            before = GC.GetAllocatedBytesForCurrentThread();
            var save = consumer.SaveAsync(reader.Position, isLast: false, CancellationToken.None);
            inSaves += GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(save.IsCompletedSuccessfully);
            await save;
        }

        return (inBlocks, inSaves, saves);
    }
}
