using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace SmartCityIoT.Journal.Tests;

public sealed class BatchTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Batches_from_several_threads_mixed_with_single_appends_keep_their_order_and_are_durable_when_said()
    {
        const int each = 3_000;
        List<(long, string)> expected = [];
        await using (MessageJournal journal = folder.Open(o => new JournalOptions { Directory = o.Directory, MinFreeBytes = 0, BlockBytes = 4_096 }))
        {
            Task<List<(long, string)>>[] writers = [.. Enumerable.Range(0, 3).Select(w => Task.Run(async () =>
            {
                JournalBatchAppender appender = journal.CreateBatchAppender();
                List<(long, string)> added = [];
                for (int n = 0; n < each;)
                {
                    n += AddMany(appender, $"{w}", n, Math.Min(each, n + 1 + (n * 7 % 100)), added);
                    if (n % 3 == 0)
                        added.Add((await JournalFolder.Append(journal, $"{w} single {n}"), $"{w} single {n}"));
                    long last = added[^1].Item1;
                    Assert.True(await appender.WaitDurableAsync(last, TestContext.Current.CancellationToken) >= last);
                    Assert.True(journal.Head >= last);
                }

                return added;
            }))];
            foreach (List<(long, string)> added in await Task.WhenAll(writers))
            {
                Assert.Equal(added.Select(a => a.Item1).Order(), added.Select(a => a.Item1));
                expected.AddRange(added);
            }

            expected.Sort();
            Assert.Equal(Enumerable.Range(1, expected.Count).Select(i => (long)i), expected.Select(e => e.Item1));
            Assert.Equal(expected, JournalFolder.ReadAll(journal));
        }

        await using MessageJournal again = folder.Open();
        Assert.Equal(expected, JournalFolder.ReadAll(again));
    }

    [Fact]
    public async Task A_full_journal_refuses_counts_once_a_batch_and_says_when_there_is_room()
    {
        MessageJournal journal = folder.Open(o => new JournalOptions { Directory = o.Directory, MinFreeBytes = 0, MaxBytes = 65_536, Cursors = ["a"] });
        JournalBatchAppender appender = journal.CreateBatchAppender();
        byte[] payload = new byte[10_000];
        long last = 0;
        using (JournalBatch batch = appender.BeginBatch())
        {
            while (batch.TryAdd(0, 0, 0, 0, 0, [], payload, out long position))
            {
                last = position;
            }

            Assert.False(batch.TryAdd(0, 0, 0, 0, 0, [], payload, out long refused));
            Assert.Equal(0, refused);
            Assert.True(batch.TryAdd(0, 0, 0, 0, 0, [], [1], out last), "a smaller one has room still");
        }

        Assert.Equal(7, last);
        Assert.Equal(1, journal.Status.Counters.DiskHits);
        Assert.True(journal.Status.IsFull);
        Assert.Equal(last, await appender.WaitDurableAsync(last, TestContext.Current.CancellationToken));
        Assert.True(journal.Status.IsFull, "a commit makes no room");

        ValueTask room = appender.WaitForRoomAsync(payload.Length, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        Assert.Throws<InvalidOperationException>(() => { _ = appender.WaitForRoomAsync(60_000, CancellationToken.None).AsTask(); });
        journal.SetCursor("a", last);
        await room.AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, AddMany(appender, "x", 0, 1, []));
        await JournalFolder.Until(() => !journal.Status.IsFull, "no longer full");

        // A wait that is given up leaves the appender free for the next, which the end of the journal ends.
        using CancellationTokenSource stop = new();
        ValueTask given = appender.WaitForRoomAsync(70_000, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await given);
        Task ended = appender.WaitForRoomAsync(70_000, CancellationToken.None).AsTask();
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<JournalFailedException>(() => ended);
        await Assert.ThrowsAsync<JournalFailedException>(async () => await appender.WaitForRoomAsync(1, CancellationToken.None));
        using JournalBatch late = appender.BeginBatch();
        Assert.False(late.TryAdd(0, 0, 0, 0, 0, [], [1], out _));
    }

    [Fact]
    public async Task A_batch_gets_no_room_before_single_appends_that_wait()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions { Directory = o.Directory, MinFreeBytes = 0, MaxBytes = 65_536, Cursors = ["a"] });
        await journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[60_000], default);
        Task<long> waiting = journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[20_000], default).AsTask();
        JournalBatchAppender appender = journal.CreateBatchAppender();
        using (JournalBatch batch = appender.BeginBatch())
            Assert.False(batch.TryAdd(0, 0, 0, 0, 0, [], [1], out _));
        ValueTask room = appender.WaitForRoomAsync(1, TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        journal.SetCursor("a", 1);
        await room;
        using (JournalBatch batch = appender.BeginBatch())
        {
            Assert.True(batch.TryAdd(0, 0, 0, 0, 0, [], [1], out long position));
            Assert.Equal(3, position);
        }

        Assert.Equal(2, await waiting);
    }

    [Fact]
    public async Task A_record_whose_commit_failed_is_never_durable_also_when_later_ones_are()
    {
        using SmallVolume volume = SmallVolume.Mount(8 << 20);
        await using MessageJournal journal = MessageJournal.Open(
            new JournalOptions { Directory = volume.Directory, MinFreeBytes = 0 }, TimeProvider.System, NullLogger.Instance);
        JournalBatchAppender appender = journal.CreateBatchAppender();
        List<(long, string)> before = [];
        AddMany(appender, "before", 0, 10, before);
        Assert.Equal(10, await appender.WaitDurableAsync(10, TestContext.Current.CancellationToken));

        string ballast = Path.Combine(volume.Directory, "ballast");
        await using (FileStream file = File.Create(ballast))
        {
            await Assert.ThrowsAnyAsync<IOException>(async () =>
            {
                while (true)
                {
                    await file.WriteAsync(new byte[4_096], TestContext.Current.CancellationToken);
                    await file.FlushAsync(TestContext.Current.CancellationToken);
                }
            });
        }

        long first = 0;
        long last = 0;
        using (JournalBatch batch = appender.BeginBatch())
        {
            for (int i = 0; i < 30; i++)
            {
                Assert.True(batch.TryAdd(0, 0, 0, 0, 0, [], new byte[100_000], out last));
                first = first == 0 ? last : first;
            }
        }

        JournalFailedException failed = await Assert.ThrowsAsync<JournalFailedException>(
            async () => await appender.WaitDurableAsync(last, TestContext.Current.CancellationToken));
        Assert.DoesNotContain('\n', failed.Message);
        Assert.Equal(last, appender.FailedThrough(last));
        Assert.Throws<JournalFailedException>(() => appender.WaitDurable(last, 30_000, out _));
        File.Delete(ballast);
        await appender.WaitForRoomAsync(10, TestContext.Current.CancellationToken);
        List<(long, string)> after = [];
        AddMany(appender, "after", 0, 10, after);
        Assert.True(appender.WaitDurable(after[^1].Item1, 30_000, out long through));
        Assert.Equal(journal.Head, through);
        Assert.True(through > last);

        // The failed ones stay failed, and what was durable before them is not said to reach beyond them.
        await Assert.ThrowsAsync<JournalFailedException>(async () => await appender.WaitDurableAsync(last, TestContext.Current.CancellationToken));
        through = await appender.WaitDurableAsync(1, TestContext.Current.CancellationToken);
        Assert.InRange(through, 10, last - 1);
        Assert.Equal(0, appender.FailedThrough(through));
        Assert.NotEqual(0, appender.FailedThrough(through + 1));
    }

    [Fact]
    public async Task A_wait_for_what_never_comes_ends_with_its_time_its_token_and_the_journal()
    {
        MessageJournal journal = folder.Open();
        JournalBatchAppender appender = journal.CreateBatchAppender();
        Assert.False(appender.WaitDurable(1, 0, out _));
        Assert.False(appender.WaitDurable(1, 1, out _));
        using CancellationTokenSource stop = new();
        ValueTask<long> given = appender.WaitDurableAsync(1, stop.Token);
        Assert.Throws<InvalidOperationException>(() => appender.WaitDurable(1, 0, out _));
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await given);

        ValueTask<long> one = appender.WaitDurableAsync(1, CancellationToken.None);
        AddMany(appender, "x", 0, 1, []);
        Assert.Equal(1, await one);
        Task<long> never = appender.WaitDurableAsync(2, CancellationToken.None).AsTask();
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<JournalFailedException>(() => never);
        Assert.Equal(1, await appender.WaitDurableAsync(1, CancellationToken.None));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await appender.WaitDurableAsync(2, CancellationToken.None));
    }

    [Fact]
    public async Task What_no_journal_could_hold_is_refused_and_the_batch_goes_on()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions { Directory = o.Directory, MinFreeBytes = 0, MaxRecordBytes = 1_024 });
        JournalBatchAppender appender = journal.CreateBatchAppender();
        using JournalBatch batch = appender.BeginBatch();
        bool isRefused = false;
        try
        {
            batch.TryAdd(0, 0, 0, 0, 0, [], new byte[1_025], out _);
        }
        catch (ArgumentException)
        {
            isRefused = true;
        }

        Assert.True(isRefused);
        Assert.True(batch.TryAdd(0, 0, 0, 0, 0, [], new byte[1_024], out long position));
        Assert.Equal(1, position);
    }

    [Fact]
    public async Task A_hundred_thousand_records_cost_no_object()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions { Directory = o.Directory, MinFreeBytes = 0, Durability = JournalDurability.Os });
        JournalBatchAppender appender = journal.CreateBatchAppender();
        byte[] payload = new byte[60];
        int rounds = 0;
        void Add()
        {
            rounds++;
            for (int i = 0; i < 1_000; i++)
            {
                long last = 0;
                using (JournalBatch batch = appender.BeginBatch())
                {
                    for (int n = 0; n < 100; n++)
                    {
                        if (!batch.TryAdd(1_790_000_000_000, 1, 2, 1, 0, [], payload, out last))
                            throw new InvalidOperationException("no room");
                    }
                }

                if (i % 10 == 9 && !appender.WaitDurable(last, 30_000, out _))
                    throw new InvalidOperationException("not durable in time");
            }
        }

        // The first rounds make the blocks and the wait's event.
        for (int i = 0; i < 3; i++)
            Add();
        Assert.Equal(0, Allocated.By(Add));
        Assert.Equal(rounds * 100_000, journal.Head);
    }

    /// <summary>Adds records from one number to another, as many as find room, and returns how many.</summary>
    private static int AddMany(JournalBatchAppender appender, string name, int from, int to, List<(long, string)> added)
    {
        using JournalBatch batch = appender.BeginBatch();
        int count = 0;
        for (int n = from; n < to; n++, count++)
        {
            string payload = $"{name} {n}";
            if (!batch.TryAdd(1_790_000_000_000, 1, 2, 1, 3, [], Encoding.UTF8.GetBytes(payload), out long position))
                break;
            added.Add((position, payload));
        }

        return count;
    }
}
