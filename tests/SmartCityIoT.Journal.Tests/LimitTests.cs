using Microsoft.Extensions.Time.Testing;

namespace SmartCityIoT.Journal.Tests;

public sealed class LimitTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task At_the_byte_limit_appends_wait_and_go_on_in_order_when_a_cursor_makes_room()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            MaxBytes = 65_536,
            BlockBytes = 4_096,
            Cursors = ["a"],
        });
        List<Task<long>> appends = [];
        for (int i = 1; i <= 100; i++)
        {
            byte[] payload = new byte[1_000];
            payload[0] = (byte)i;
            appends.Add(journal.AppendAsync(0, 0, 0, 1, 0, default, payload, default).AsTask());

            // The caller's buffer is its own again, also when its record has to wait.
            payload[0] = 0;
        }

        await JournalFolder.Until(() => journal.Status.IsFull && journal.Head == 100 - journal.Status.Counters.DiskHits, "the limit is met");
        JournalStatus full = journal.Status;
        Assert.InRange(full.UsedFraction, 0.9, 1);
        Assert.InRange(full.Head, 60, 64);
        Assert.False(appends[^1].IsCompleted);

        using JournalReader reader = journal.OpenReader(0);
        List<byte> read = [];
        while (read.Count < 100)
        {
            Assert.True(await reader.WaitAsync(TestContext.Current.CancellationToken));
            while (reader.TryReadBlock(out JournalBlock block))
            {
                foreach (JournalRecord record in block)
                {
                    read.Add(record.Payload[0]);
                }

                journal.SetCursor("a", block.Last);
            }
        }

        Assert.Equal(Enumerable.Range(1, 100).Select(i => (byte)i), read);
        Assert.Equal(Enumerable.Range(1, 100).Select(i => (long)i), await Task.WhenAll(appends));
        await JournalFolder.Until(() => !journal.Status.IsFull, "no longer full");
    }

    [Fact]
    public async Task A_wait_for_room_can_be_given_up_and_leaves_no_record()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            MaxBytes = 65_536,
            Cursors = ["a"],
        });
        await journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[60_000], default);
        using CancellationTokenSource stop = new();
        ValueTask<long> given = journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[20_000], stop.Token);
        ValueTask<long> kept = journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[10_000], default);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await given);
        journal.SetCursor("a", 1);
        Assert.Equal(2, await kept);
        Assert.Equal([60_000, 10_000], JournalFolder.ReadAll(journal).Select(r => r.Payload.Length));
    }

    [Fact]
    public async Task What_may_wait_is_bounded_too()
    {
        MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            MaxBytes = 65_536,
            MaxWaitingBytes = 50_000,
            Cursors = ["a"],
        });
        await journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[60_000], default);
        ValueTask<long> waiting = journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[40_000], default);
        JournalFailedException refused = await Assert.ThrowsAsync<JournalFailedException>(
            async () => await journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[40_000], default));
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(1, journal.Status.Counters.WaitingHits);

        // The end of the journal is the end of the wait.
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<JournalFailedException>(async () => await waiting);
    }

    [Fact]
    public async Task Records_waiting_for_their_commit_are_bounded()
    {
        await using MessageJournal journal = folder.Open(o => new JournalOptions
        {
            Directory = o.Directory,
            MinFreeBytes = 0,
            MaxPendingBytes = 65_536,
            BlockBytes = 16_384,
        });
        Task<long>[] appends = [.. Enumerable.Range(0, 1_000).Select(_ => journal.AppendAsync(0, 0, 0, 1, 0, default, new byte[1_000], default).AsTask())];
        Assert.Equal(Enumerable.Range(1, 1_000).Select(i => (long)i), await Task.WhenAll(appends));
        Assert.True(journal.Status.Counters.PendingHits > 0);
        Assert.False(journal.Status.IsFull);
    }

    [Fact]
    public async Task Low_space_on_the_volume_stops_appends_until_there_is_room()
    {
        using SmallVolume volume = SmallVolume.Mount(16 << 20);
        string ballast = Path.Combine(volume.Directory, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[10 << 20], TestContext.Current.CancellationToken);
        FakeTimeProvider time = new();
        await using MessageJournal journal = MessageJournal.Open(
            new JournalOptions { Directory = volume.Directory, MinFreeBytes = 10 << 20 }, time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.True(journal.Status.IsFull);
        ValueTask<long> waiting = JournalFolder.Append(journal, "one");
        time.Advance(TimeSpan.FromSeconds(1));
        await JournalFolder.Until(() => journal.Status.Counters.FreeSpaceHits == 1, "the append waits");
        Assert.False(waiting.IsCompleted);
        File.Delete(ballast);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await waiting);
        Assert.False(journal.Status.IsFull);
    }

    [Fact]
    public async Task A_full_disk_fails_the_appends_and_the_journal_goes_on_by_itself_when_there_is_room()
    {
        using SmallVolume volume = SmallVolume.Mount(8 << 20);
        string ballast = Path.Combine(volume.Directory, "ballast");
        List<(long, string)> acknowledged = [];
        await using (MessageJournal journal = MessageJournal.Open(
            new JournalOptions { Directory = volume.Directory, MinFreeBytes = 0 }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance))
        {
            async Task Write(string name)
            {
                string payload = name + new string('x', 100_000);
                acknowledged.Add((await JournalFolder.Append(journal, payload), payload));
            }

            await Write("before");
            await File.WriteAllBytesAsync(ballast, new byte[4 << 20], TestContext.Current.CancellationToken);
            JournalFailedException failed = await Assert.ThrowsAsync<JournalFailedException>(async () =>
            {
                for (int i = 0; i < 1_000; i++)
                {
                    await Write($"{i}");
                }
            });
            Assert.DoesNotContain('\n', failed.Message);
            Assert.True(journal.Status.Counters.Failures >= 1);
            Assert.NotNull(journal.Status.LastError);

            File.Delete(ballast);
            await JournalFolder.Until(() => !journal.Status.IsFailed, "the journal works again");
            await Write("after");
            Assert.Equal(acknowledged, JournalFolder.ReadAll(journal));
        }

        await using MessageJournal again = MessageJournal.Open(
            new JournalOptions { Directory = volume.Directory, MinFreeBytes = 0 }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(acknowledged, JournalFolder.ReadAll(again));
    }
}
