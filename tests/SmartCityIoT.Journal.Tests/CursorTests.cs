using Microsoft.Extensions.Time.Testing;

namespace SmartCityIoT.Journal.Tests;

public sealed class CursorTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_cursor_is_written_within_a_second_without_any_append()
    {
        FakeTimeProvider time = new();
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"), time);
        await JournalFolder.Append(journal, "one");
        long commits = journal.Status.Counters.Commits;
        journal.SetCursor("a", 1);
        Assert.Equal(1, journal.GetCursor("a"));
        time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Equal(commits, journal.Status.Counters.Commits);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await JournalFolder.Until(() => journal.Status.Counters.Commits == commits + 1, "the cursor's commit");
        await JournalFolder.Until(() => journal.Status.UsedBytes == 0, "the block goes with it");
    }

    [Fact]
    public async Task A_cursor_that_rode_on_an_append_costs_no_commit_of_its_own()
    {
        FakeTimeProvider time = new();
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"), time);
        await JournalFolder.Append(journal, "one");
        journal.SetCursor("a", 1);
        await JournalFolder.Append(journal, "two");
        long commits = journal.Status.Counters.Commits;
        time.Advance(TimeSpan.FromSeconds(2));
        await JournalFolder.Append(journal, "three");
        Assert.Equal(commits + 1, journal.Status.Counters.Commits);
    }

    [Fact]
    public async Task The_slowest_cursor_holds_the_blocks()
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Options("fast", "slow")))
        {
            for (int i = 1; i <= 10; i++)
            {
                await JournalFolder.Append(journal, $"{i}");
            }

            journal.SetCursor("fast", 10);
            journal.SetCursor("slow", 4);
            await JournalFolder.Append(journal, "11");
            Assert.Equal(
                [new JournalCursor("fast", 10, 1), new JournalCursor("slow", 4, 7)],
                journal.Status.Cursors);
        }

        // The files, not the memory of the newest blocks, show what is held.
        await using MessageJournal again = folder.Open(_ => folder.Options("fast", "slow"));
        Assert.Equal((10, 4), (again.GetCursor("fast"), again.GetCursor("slow")));
        Assert.Equal(Enumerable.Range(5, 7).Select(i => ((long)i, $"{i}")), JournalFolder.ReadAll(again, after: 4));
        Assert.Equal([(9L, "9"), (10L, "10"), (11L, "11")], JournalFolder.ReadAll(again, after: 8));
    }

    [Fact]
    public async Task A_cursor_inside_a_block_holds_the_block_and_the_reader_starts_behind_it()
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            Task[] appends = [.. Enumerable.Range(1, 10).Select(i => JournalFolder.Append(journal, $"{i}").AsTask())];
            await Task.WhenAll(appends);
            journal.SetCursor("a", 6);
        }

        await using MessageJournal again = folder.Open(_ => folder.Options("a"));
        Assert.Equal([(7L, "7"), (8L, "8"), (9L, "9"), (10L, "10")], JournalFolder.ReadAll(again, after: again.GetCursor("a")!.Value));
    }

    [Fact]
    public async Task A_name_registered_later_holds_from_then_on_and_one_removed_lets_go()
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            await JournalFolder.Append(journal, "one");
            journal.SetCursor("a", 1);
        }

        await using (MessageJournal journal = folder.Open(_ => folder.Options("a", "new")))
        {
            Assert.Equal(1, journal.GetCursor("new"));
            Assert.Null(journal.GetCursor("unknown"));
            await JournalFolder.Append(journal, "two");
            journal.SetCursor("a", 2);
            await JournalFolder.Append(journal, "three");
            Assert.Equal([(2L, "two"), (3L, "three")], JournalFolder.ReadAll(journal, after: 1));
        }

        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            Assert.True(journal.RemoveCursor("new"));
            Assert.False(journal.RemoveCursor("new"));
            journal.SetCursor("a", 3);
        }

        await using MessageJournal last = folder.Open(_ => folder.Options("a"));
        Assert.Null(last.GetCursor("new"));
        Assert.Equal(0, last.Status.UsedBytes);
    }

    [Fact]
    public async Task Without_a_cursor_nothing_goes()
    {
        await using (MessageJournal journal = folder.Open())
            await JournalFolder.Append(journal, "one");
        await using MessageJournal again = folder.Open();
        await JournalFolder.Append(again, "two");
        Assert.Equal([(1L, "one"), (2L, "two")], JournalFolder.ReadAll(again));
    }

    [Fact]
    public async Task A_cursor_beyond_the_head_is_the_head()
    {
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        await JournalFolder.Append(journal, "one");
        journal.SetCursor("a", 1_000);
        Assert.Equal(1, journal.GetCursor("a"));
    }

    [Fact]
    public async Task The_folder_stays_at_the_size_of_the_backlog_and_two_files()
    {
        FakeTimeProvider time = new();
        const int fileBytes = 1 << 20;
        JournalOptions options = new() { Directory = folder.Directory, MinFreeBytes = 0, Cursors = ["a"], SegmentBytes = fileBytes };
        await using MessageJournal journal = folder.Open(_ => options, time);
        long OnDisk() => folder.Segments.Sum(path => new FileInfo(path).Length);
        byte[] payload = new byte[100_000];
        for (int round = 0; round < 100; round++)
        {
            long position = await journal.AppendAsync(0, 0, 0, 0, 0, default, payload, default);
            journal.SetCursor("a", position);
        }

        // 10 MB went through; one record at a time was needed.
        await JournalFolder.Append(journal, "x");
        Assert.InRange(OnDisk(), 1, 2 * (fileBytes + payload.Length + 1_000));

        // A backlog of 20 MB …
        for (int i = 0; i < 20; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => journal.AppendAsync(0, 0, 0, 0, 0, default, payload, default).AsTask()));
        }

        Assert.InRange(journal.Status.UsedBytes, 20_000_000, 20_200_000);
        Assert.InRange(OnDisk(), 20_000_000, 20_200_000 + (2 * fileBytes));

        // … is given back to the volume when it is let go, in steps of a few files.
        journal.SetCursor("a", journal.Head);
        time.Advance(TimeSpan.FromSeconds(1));
        await JournalFolder.Until(() => journal.Status.UsedBytes == 0, "all records go");
        await JournalFolder.Until(() => folder.Segments.Length == 1, "all files go but the newest");
        await JournalFolder.Append(journal, "on");
        Assert.Equal(journal.Head, JournalFolder.ReadAll(journal)[^1].Position);
    }

    [Fact]
    public async Task Restarts_leave_no_files_behind()
    {
        for (int i = 1; i <= 5; i++)
        {
            await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
            Assert.Equal(i, await JournalFolder.Append(journal, "x"));
            Assert.InRange(folder.Segments.Length, 1, 2);
            journal.SetCursor("a", i);
        }
    }
}
