namespace SmartCityIoT.Journal.Tests;

public sealed class AllocationTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_append_and_a_read_cost_no_object_of_their_own()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            MaxPendingBytes = 64 << 20,
            RecentBytes = 64 << 20,
            Durability = JournalDurability.Os,
        });
        byte[] payload = new byte[60];
        const int records = 100_000;
        long Append(int count)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ValueTask<long> last = default;
            for (int i = 0; i < count; i++)
            {
                last = journal.AppendAsync(1_790_000_000_000, 1, 2, 1, 0, default, payload, default);
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            last.AsTask().Wait(TestContext.Current.CancellationToken);
            return allocated;
        }

        // A block has one completion and a pooled buffer: a few hundred bytes for thousands of records. The best of several
        // rounds is taken, since the pool is the process's own and other tests borrow from it.
        long best = Enumerable.Range(0, 6).Min(_ => Append(records));
        Assert.InRange(best, 0, records / 2);

        using JournalReader reader = journal.OpenReader(0);
        Assert.True(reader.TryReadBlock(out _));
        Assert.True(reader.TryReadBlock(out _));
        long start = GC.GetAllocatedBytesForCurrentThread();
        long sum = 0;
        while (reader.TryReadBlock(out JournalBlock block))
        {
            foreach (JournalRecord record in block)
            {
                sum += record.Payload.Length;
            }
        }

        long read = GC.GetAllocatedBytesForCurrentThread() - start;
        Assert.True(sum > records * 60 / 2);
        Assert.InRange(read, 0, 2 * 256 * 1024);
    }
}
