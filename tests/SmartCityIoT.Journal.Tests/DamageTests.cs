using System.Text;

namespace SmartCityIoT.Journal.Tests;

public sealed class DamageTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_flipped_bit_costs_its_record_which_is_quarantined_once()
    {
        byte[] file = await WriteAsync(blocks: 3, each: 10);
        Flip(file, "record 17 ");
        await File.WriteAllBytesAsync(folder.Database, file, TestContext.Current.CancellationToken);

        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            for (int pass = 0; pass < 2; pass++)
            {
                Assert.Equal(
                    Enumerable.Range(1, 30).Where(i => i != 17).Select(i => ((long)i, $"record {i} .")),
                    JournalFolder.ReadAll(journal));
            }

            await JournalFolder.Append(journal, "record 31 .");
            await JournalFolder.Until(() => journal.Status.QuarantinedRecords == 1, "the quarantine");
        }

        await using MessageJournal again = folder.Open(_ => folder.Options("a"));
        Assert.Equal(30, JournalFolder.ReadAll(again).Count);
        await JournalFolder.Append(again, "record 32 .");
        Assert.Equal(1, again.Status.QuarantinedRecords);
    }

    [Fact]
    public async Task A_consumer_passes_the_last_record_too_when_that_is_the_damaged_one()
    {
        byte[] file = await WriteAsync(blocks: 1, each: 10);
        Flip(file, "record 10 ");
        await File.WriteAllBytesAsync(folder.Database, file, TestContext.Current.CancellationToken);
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        using JournalReader reader = journal.OpenReader(0);
        Assert.True(reader.TryReadBlock(out JournalBlock block));
        Assert.Equal((1, 10), (block.First, block.Last));
        Assert.False(reader.TryReadBlock(out _));
        ValueTask<bool> wait = reader.WaitAsync(CancellationToken.None);
        Assert.False(wait.IsCompleted);
        await JournalFolder.Append(journal, "next");
        Assert.True(await wait);
    }

    [Fact]
    public async Task A_file_of_garbage_is_set_aside_and_positions_go_on_with_the_consumer()
    {
        await File.WriteAllBytesAsync(folder.Database, Encoding.ASCII.GetBytes(new string('g', 20_000)), TestContext.Current.CancellationToken);
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        Assert.Single(Directory.GetFiles(folder.Directory, "journal.db.damaged-*"));
        using JournalReader reader = journal.OpenReader(70);
        Assert.Equal(71, await JournalFolder.Append(journal, "on"));
        Assert.Equal([(71L, "on")], JournalFolder.ReadAll(reader));
    }

    [Fact]
    public async Task A_damaged_cursor_or_head_gives_nothing_away()
    {
        byte[] file = await WriteAsync(blocks: 3, each: 10, cursor: 12);
        foreach (string name in (string[])["cursor:a", "head"])
        {
            byte[] damaged = [.. file];

            // The position follows the name in the row; the last copy in the page is the living one.
            int at = damaged.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(name)) + name.Length;
            damaged[at] ^= 0x10;
            using JournalFolder copy = new();
            await File.WriteAllBytesAsync(copy.Database, damaged, TestContext.Current.CancellationToken);
            await using MessageJournal journal = copy.Open(_ => copy.Options("a"));
            Assert.Equal(30, journal.Head);
            Assert.Equal(name == "head" ? 12 : 0, journal.GetCursor("a"));
            Assert.Equal(Enumerable.Range(11, 20).Select(i => (long)i), JournalFolder.ReadAll(journal).Select(r => r.Position));
        }
    }

    [Fact]
    public async Task A_lost_cursor_gives_nothing_away()
    {
        byte[] file = await WriteAsync(blocks: 3, each: 10, cursor: 30 - 1);

        // The first byte of the cell is its length: shorter, the name is gone with the rest.
        int at = file.AsSpan().LastIndexOf("cursor:a"u8) - 5;
        Assert.InRange(file[at], 0x10, 0x18);
        file[at] = 0x03;
        await File.WriteAllBytesAsync(folder.Database, file, TestContext.Current.CancellationToken);
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        Assert.Equal(0, journal.GetCursor("a"));
        await JournalFolder.Append(journal, "next");
        Assert.Equal(Enumerable.Range(21, 11).Select(i => (long)i), JournalFolder.ReadAll(journal).Select(r => r.Position));
    }

    [Fact]
    public async Task Whatever_is_flipped_the_journal_opens_reads_true_records_and_goes_on()
    {
        byte[] file = await WriteAsync(blocks: 40, each: 5, size: 2_000);
        Random random = new(20_261);
        int whole = 0;
        for (int round = 0; round < 60; round++)
        {
            byte[] damaged = [.. file];
            int flips = 1 + (round % 3 * 20);
            for (int i = 0; i < flips; i++)
            {
                // Every third round goes for the file's first pages, where SQLite keeps its own.
                int at = random.Next(round % 3 == 1 ? 4 * 4_096 : damaged.Length);
                damaged[at] ^= (byte)(1 << random.Next(8));
            }

            using JournalFolder copy = new();
            await File.WriteAllBytesAsync(copy.Database, damaged, TestContext.Current.CancellationToken);
            await using MessageJournal journal = copy.Open(_ => copy.Options("a"));
            List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
            Assert.All(found, r => Assert.StartsWith($"record {r.Position} .", r.Payload));
            Assert.Equal(found.Select(r => r.Position).Distinct().Order(), found.Select(r => r.Position));
            if (found.Count == 200)
                whole++;

            // A write may be the first to meet the damage: it fails, the file is set aside, the next one passes.
            long position = 0;
            for (int attempt = 0; attempt < 4 && position == 0; attempt++)
            {
                try
                {
                    position = await JournalFolder.Append(journal, "next").AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
                }
                catch (JournalFailedException)
                {
                    // Tried again.
                }
            }

            Assert.True(position > found.Select(r => r.Position).DefaultIfEmpty(0).Max(), $"round {round}: no append passes");
            Assert.Contains((position, "next"), JournalFolder.ReadAll(journal));
        }

        Assert.InRange(whole, 0, 59);
    }

    private async Task<byte[]> WriteAsync(int blocks, int each, int size = 0, long cursor = 0)
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            for (int block = 0; block < blocks; block++)
            {
                await Task.WhenAll(Enumerable.Range(block * each, each)
                    .Select(i => JournalFolder.Append(journal, $"record {i + 1} .{new string('x', size)}").AsTask()));
            }

            journal.SetCursor("a", cursor);
        }

        Assert.False(File.Exists(folder.Database + "-wal"), "all of it is in the file");
        return await File.ReadAllBytesAsync(folder.Database);
    }

    private static void Flip(byte[] file, string text)
    {
        int at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        Assert.True(at > 0);
        file[at + 2] ^= 0x04;
    }
}
