using System.Text;

namespace SmartCityIoT.Journal.Tests;

public sealed class JournalTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_member_of_a_record_comes_back()
    {
        await using MessageJournal journal = folder.Open();
        byte[] payload = [1, 2, 3];
        ValueTask<long> append = journal.AppendAsync(1_790_000_000_123, 7, 200, 1, 255, "a/b"u8.ToArray(), payload, default);

        // The caller's buffer is its own again.
        Array.Clear(payload);
        Assert.Equal(1, await append);

        using JournalReader reader = journal.OpenReader(0);
        Assert.True(await reader.WaitAsync(TestContext.Current.CancellationToken));
        Assert.True(reader.TryReadBlock(out JournalBlock block));
        Assert.Equal((1, 1), (block.First, block.Last));
        int records = 0;
        foreach (JournalRecord record in block)
        {
            records++;
            Assert.Equal(1, record.Position);
            Assert.Equal(1_790_000_000_123, record.ReceivedAt);
            Assert.Equal((7, 200, 1, 255), (record.Kind, record.Port, record.Qos, record.Source));
            Assert.Equal("a/b", Encoding.UTF8.GetString(record.Topic));
            Assert.Equal([1, 2, 3], record.Payload.ToArray());
        }

        Assert.Equal(1, records);
        Assert.False(reader.TryReadBlock(out _));
    }

    [Fact]
    public async Task Positions_follow_the_order_of_the_appends_across_blocks()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions { Directory = o.Directory, MinFreeBytes = 0, BlockBytes = 4_096 });
        ValueTask<long>[] appends = [.. Enumerable.Range(1, 5_000).Select(i => JournalFolder.Append(journal, $"record {i}"))];
        for (int i = 0; i < appends.Length; i++)
        {
            Assert.Equal(i + 1, await appends[i]);
        }

        Assert.Equal(Enumerable.Range(1, 5_000).Select(i => ((long)i, $"record {i}")), JournalFolder.ReadAll(journal));
        Assert.True(journal.Status.Counters.Commits < 1_000, "records share commits");
    }

    [Fact]
    public async Task A_full_block_goes_without_waiting_for_the_gather_time()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            BlockBytes = 4_096,
            GatherMilliseconds = 1_000,
        });
        List<Task<long>> appends = [];
        for (int i = 0; i < 20; i++)
        {
            appends.Add(JournalFolder.Append(journal, new string('x', 1_000)).AsTask());
        }

        await Task.WhenAll(appends);
        Assert.Equal(20, journal.Head);
    }

    [Fact]
    public async Task Positions_go_on_after_a_restart_even_when_all_blocks_are_gone()
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            await JournalFolder.Append(journal, "one");
            Assert.Equal(2, await JournalFolder.Append(journal, "two"));
            journal.SetCursor("a", 2);
        }

        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            Assert.Equal(2, journal.Head);
            Assert.Equal(0, journal.Status.UsedBytes);
            Assert.Empty(JournalFolder.ReadAll(journal));
            Assert.Equal(3, await JournalFolder.Append(journal, "three"));
            Assert.Equal([(3L, "three")], JournalFolder.ReadAll(journal));
        }
    }

    [Fact]
    public async Task What_is_pending_at_the_end_is_committed_and_later_appends_fail()
    {
        MessageJournal journal = folder.Open();
        ValueTask<long>[] appends = [.. Enumerable.Range(0, 100).Select(i => JournalFolder.Append(journal, $"{i}"))];
        await journal.DisposeAsync();
        foreach (ValueTask<long> append in appends)
        {
            await append;
        }

        await Assert.ThrowsAsync<JournalFailedException>(async () => await JournalFolder.Append(journal, "late"));
        await using MessageJournal again = folder.Open();
        Assert.Equal(100, JournalFolder.ReadAll(again).Count);
    }

    [Fact]
    public async Task A_record_over_the_limit_is_refused_and_one_over_a_block_is_taken()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            BlockBytes = 4_096,
            MaxRecordBytes = 100_000,
        });
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync(0, 0, 0, 0, 0, default, new byte[100_001], default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await journal.AppendAsync(-1, 0, 0, 0, 0, default, default, default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await journal.AppendAsync(1L << 48, 0, 0, 0, 0, default, default, default));
        await JournalFolder.Append(journal, "small");
        await JournalFolder.Append(journal, new string('x', 100_000));
        await JournalFolder.Append(journal, "small too");
        Assert.Equal([5, 100_000, 9], JournalFolder.ReadAll(journal).Select(r => r.Payload.Length));
    }
}
