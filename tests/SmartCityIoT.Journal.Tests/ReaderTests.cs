namespace SmartCityIoT.Journal.Tests;

public sealed class ReaderTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Memory_and_file_give_the_same_records()
    {
        // The ring holds a part of it: a reader from the start goes over from the file to memory on its way.
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            BlockBytes = 4_096,
            RecentBytes = 65_536,
        });
        using JournalReader following = journal.OpenReader(0);
        List<(long, string)> followed = [];
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 60))
                .Select(n => JournalFolder.Append(journal, $"{i}/{n}/{new string('x', random.Next(200))}").AsTask()));
            followed.AddRange(JournalFolder.ReadAll(following));
        }

        Assert.Equal(journal.Head, followed.Count);
        Assert.Equal(Enumerable.Range(1, followed.Count).Select(i => (long)i), followed.Select(r => r.Item1));
        Assert.Equal(followed, JournalFolder.ReadAll(journal));
        journal.Recent.Clear();
        Assert.Equal(followed, JournalFolder.ReadAll(journal));
        foreach (int after in (int[])[1, 2, 500, followed.Count - 1])
        {
            Assert.Equal(followed[after..], JournalFolder.ReadAll(journal, after));
        }

        Assert.Empty(JournalFolder.ReadAll(journal, followed.Count));
    }

    [Fact]
    public async Task A_reader_that_keeps_up_opens_no_file()
    {
        await using MessageJournal journal = folder.Open();
        using JournalReader reader = journal.OpenReader(0);
        for (int i = 0; i < 50; i++)
        {
            await JournalFolder.Append(journal, "x");
            Assert.Single(JournalFolder.ReadAll(reader));
        }

        Assert.False(reader.HasReadFile);
        journal.Recent.Clear();
        Assert.Equal(50, JournalFolder.ReadAll(journal).Count);
    }

    [Fact]
    public async Task A_wait_ends_with_a_record_with_the_token_and_with_the_journal()
    {
        MessageJournal journal = folder.Open();
        using JournalReader reader = journal.OpenReader(0);
        for (int i = 0; i < 3; i++)
        {
            ValueTask<bool> wait = reader.WaitAsync(CancellationToken.None);
            Assert.False(wait.IsCompleted);
            Assert.Throws<InvalidOperationException>(() => { _ = reader.WaitAsync(CancellationToken.None).AsTask(); });
            await JournalFolder.Append(journal, "x");
            Assert.True(await wait);
            Assert.True(await reader.WaitAsync(CancellationToken.None), "there is something to read still");
            Assert.Single(JournalFolder.ReadAll(reader));

            using CancellationTokenSource stop = new();
            ValueTask<bool> stopped = reader.WaitAsync(stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAsync<OperationCanceledException>(async () => await stopped);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reader.WaitAsync(stop.Token));
        }

        Task<bool> last = reader.WaitAsync(CancellationToken.None).AsTask();
        await journal.DisposeAsync();
        Assert.False(await last);
        Assert.False(await reader.WaitAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Readers_beside_writers_see_every_record_once_and_in_order()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            RecentBytes = 65_536,
            Cursors = ["a"],
        });
        const int writers = 4;
        const int each = 2_000;
        Task[] writing = [.. Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (int i = 0; i < each; i += 50)
            {
                await Task.WhenAll(Enumerable.Range(i, 50).Select(n => JournalFolder.Append(journal, $"{w} {n}").AsTask()));
            }
        }))];
        Task<List<(long, string)>>[] reading = [.. Enumerable.Range(0, 3).Select(r => Task.Run(async () =>
        {
            using JournalReader reader = journal.OpenReader(0);
            List<(long, string)> records = [];
            while (records.Count < writers * each && await reader.WaitAsync(CancellationToken.None))
            {
                records.AddRange(JournalFolder.ReadAll(reader));
                if (r == 0)
                    await Task.Yield();
            }

            return records;
        }))];
        await Task.WhenAll(writing);
        foreach (List<(long, string)> records in await Task.WhenAll(reading))
        {
            Assert.Equal(Enumerable.Range(1, writers * each).Select(i => (long)i), records.Select(r => r.Item1));
            for (int w = 0; w < writers; w++)
            {
                Assert.Equal(Enumerable.Range(0, each), records.Where(r => r.Item2.StartsWith($"{w} ", StringComparison.Ordinal)).Select(r => int.Parse(r.Item2[2..], null)));
            }
        }
    }

    [Fact]
    public async Task After_a_lost_tail_positions_go_on_behind_what_a_consumer_has_seen()
    {
        await using (MessageJournal journal = folder.Open())
        {
            await JournalFolder.Append(journal, "one");
            using JournalReader reader = journal.OpenReader(500);
            Assert.Equal(501, await JournalFolder.Append(journal, "next"));
            Assert.Equal([(501L, "next")], JournalFolder.ReadAll(reader));
            Assert.Equal([(1L, "one"), (501L, "next")], JournalFolder.ReadAll(journal));
        }

        await using MessageJournal again = folder.Open();
        Assert.Equal(501, again.Head);
    }

    [Fact]
    public async Task A_reader_of_what_has_gone_starts_at_what_is_left()
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Fast("a")))
        {
            for (int i = 1; i <= 5; i++)
            {
                await JournalFolder.Append(journal, $"{i}{new string('x', 70_000)}");
            }

            journal.SetCursor("a", 3);
        }

        await using MessageJournal again = folder.Open(_ => folder.Fast("a"));
        Assert.Equal([4L, 5L], JournalFolder.ReadAll(again).Select(r => r.Position));
    }
}
