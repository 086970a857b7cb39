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
        await folder.WriteFirstAsync(file);
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
        await folder.WriteFirstAsync(file);
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        using JournalReader reader = journal.OpenReader(0);
        long passed = 0;
        while (reader.TryReadBlock(out JournalBlock block))
            passed = block.Last;
        Assert.Equal(10, passed);
        ValueTask<bool> wait = reader.WaitAsync(CancellationToken.None);
        Assert.False(wait.IsCompleted);
        await JournalFolder.Append(journal, "next");
        Assert.True(await wait);
    }

    [Fact]
    public async Task A_file_of_garbage_is_set_aside_and_positions_go_on_with_the_consumer()
    {
        await folder.WriteFirstAsync(Encoding.ASCII.GetBytes(new string('g', 20_000)));
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        Assert.Single(Directory.GetFiles(folder.Directory, "*.seg.damaged-*"));
        using JournalReader reader = journal.OpenReader(70);
        Assert.Equal(71, await JournalFolder.Append(journal, "on"));
        Assert.Equal([(71L, "on")], JournalFolder.ReadAll(reader));
    }

    [Fact]
    public async Task A_damaged_state_gives_nothing_away()
    {
        byte[] file = await WriteAsync(blocks: 3, each: 10, cursor: 12);

        // The newest state is the file's last entry; its position, and a bit of its head.
        int body = file.AsSpan().LastIndexOf(SegmentEntry.Magic) + SegmentEntry.HeaderBytes;
        foreach (int at in (int[])[body + 16, body - 20])
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0x10;
            using JournalFolder copy = new();
            await copy.WriteFirstAsync(damaged);
            await using MessageJournal journal = copy.Open(_ => copy.Options("a"));
            Assert.Equal(30, journal.Head);
            Assert.Equal(0, journal.GetCursor("a"));
            Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), JournalFolder.ReadAll(journal).Select(r => r.Position));
        }
    }

    [Fact]
    public async Task A_lost_cursor_gives_nothing_away()
    {
        byte[] file = await WriteAsync(blocks: 3, each: 10, cursor: 30);
        for (int at = 0; at + SegmentEntry.HeaderBytes <= file.Length; at++)
        {
            if (SegmentEntry.TryRead(file.AsSpan(at), out SegmentEntry entry) && entry.Kind == SegmentEntry.EntryKind.State)
                file[at] = 0;
        }

        await folder.WriteFirstAsync(file);
        await using MessageJournal journal = folder.Open(_ => folder.Options("a"));
        Assert.Equal(0, journal.GetCursor("a"));
        await JournalFolder.Append(journal, "next");
        Assert.Equal(Enumerable.Range(1, 31).Select(i => (long)i), JournalFolder.ReadAll(journal).Select(r => r.Position));
    }

    /// <param name="each">Records of a block; under load the writer may cut blocks smaller.</param>
    /// <param name="cursor">0 writes no state at the end: then the last block is the file's last entry.</param>
    [Theory]
    [InlineData(3, 2, 0)]
    [InlineData(3, 2, 1)]
    [InlineData(6, 1, 0)]
    [InlineData(6, 1, 1)]
    public async Task Every_single_bit_of_a_journal_costs_one_record_at_most_and_names_it(int blocks, int each, long cursor)
    {
        byte[] file = await WriteAsync(blocks, each, cursor: cursor);
        for (int bit = 0; bit < file.Length * 8; bit++)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            using JournalFolder copy = new();
            await copy.WriteFirstAsync(damaged);
            await using MessageJournal journal = copy.Open(_ => copy.Fast("a"));
            List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
            Assert.All(found, r => Assert.Equal($"record {r.Position} .", r.Payload));
            Assert.True(found.Count >= 5, $"bit {bit}: {found.Count} records");
            Assert.InRange(journal.GetCursor("a")!.Value, 0, 1);
            Assert.True(await JournalFolder.Append(journal, "record 7 .") == 7, $"bit {bit}: the next position");
            Assert.True(journal.Status.QuarantinedRecords == 6 - found.Count, $"bit {bit}: what is missing is named");
            Assert.Equal(found.Append((7, "record 7 .")), JournalFolder.ReadAll(journal));
        }
    }

    [Fact]
    public async Task Whatever_is_flipped_the_journal_opens_reads_true_records_and_goes_on()
    {
        byte[] file = await WriteAsync(blocks: 40, each: 5, size: 2_000, cursor: 1);
        Random random = new(20_261);
        int whole = 0;
        for (int round = 0; round < 150; round++)
        {
            byte[] damaged = [.. file];
            if (round % 3 == 2)
            {
                // A piece of noise, of zeros, or of the file's own bytes from elsewhere.
                Span<byte> piece = damaged.AsSpan(random.Next(damaged.Length - 5_000), random.Next(5_000));
                if (round % 2 == 0)
                    random.NextBytes(piece);
                else
                    file.AsSpan(random.Next(file.Length - piece.Length), piece.Length).CopyTo(piece);
            }

            for (int i = 0; i < 1 + (round % 3 * 20); i++)
            {
                int at = random.Next(damaged.Length);
                damaged[at] ^= (byte)(1 << random.Next(8));
            }

            using JournalFolder copy = new();
            await copy.WriteFirstAsync(damaged[..(damaged.Length - (round % 5 == 4 ? random.Next(damaged.Length) : 0))]);
            await using MessageJournal journal = copy.Open(_ => copy.Fast("a"));
            List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
            Assert.All(found, r => Assert.StartsWith($"record {r.Position} .", r.Payload));
            Assert.Equal(found.Select(r => r.Position).Distinct().Order(), found.Select(r => r.Position));
            if (found.Count == 200)
                whole++;
            if (round % 3 == 0 && round % 5 != 4)
                Assert.InRange(found.Count, 199, 200);
            long position = await JournalFolder.Append(journal, "next").AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.True(position > found.Select(r => r.Position).DefaultIfEmpty(0).Max());
            Assert.Contains((position, "next"), JournalFolder.ReadAll(journal));
        }

        Assert.InRange(whole, 0, 149);
    }

    [Fact]
    public async Task A_file_missing_in_the_middle_is_named_and_the_rest_is_read()
    {
        await folder.WriteManyFilesAsync();
        string[] files = folder.Segments;
        Assert.True(files.Length > 4);
        File.Delete(files[2]);
        CapturedLog log = new();
        List<(long Position, string Payload)> found;
        long missing;
        await using (MessageJournal journal = folder.Open(_ => folder.Fast("a"), logger: log))
        {
            found = JournalFolder.ReadAll(journal);
            missing = journal.Head - found.Count;
            Assert.InRange(missing, 1, 20);
            Assert.Contains(log.Lines, l => l.Event == 2006 && l.Line.Contains("missing", StringComparison.Ordinal));
            await JournalFolder.Append(journal, "next");
            await JournalFolder.Until(() => journal.Status.QuarantinedRecords == missing, "it is counted");
        }

        await using MessageJournal again = folder.Open(_ => folder.Fast("a"));
        await JournalFolder.Append(again, "next");
        Assert.Equal(missing, again.Status.QuarantinedRecords);
        Assert.Equal(found, JournalFolder.ReadAll(again)[..found.Count]);
    }

    [Fact]
    public async Task A_file_taken_away_while_the_journal_runs_ends_no_reader()
    {
        await folder.WriteManyFilesAsync();
        await using MessageJournal journal = folder.Open(_ => folder.Fast("a"));
        File.Delete(folder.Segments[1]);
        List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
        Assert.Equal(journal.Head, found[^1].Position);
        Assert.InRange(found.Count, 1, journal.Head - 1);
    }

    [Fact]
    public async Task Empty_and_foreign_files_are_none_of_the_journal_s_business()
    {
        byte[] file = await WriteAsync(blocks: 1, each: 3);
        await folder.WriteFirstAsync(file);
        await File.WriteAllBytesAsync(Path.Combine(folder.Directory, "0000000000000002.seg"), [], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Directory, "notes.seg"), "mine", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Directory, "0000000000000003.seg"), new string('x', 5_000), TestContext.Current.CancellationToken);
        await using MessageJournal journal = folder.Open(_ => folder.Fast("a"));
        Assert.Equal(4, await JournalFolder.Append(journal, "record 4 ."));
        Assert.Equal(Enumerable.Range(1, 4).Select(i => ((long)i, $"record {i} .")), JournalFolder.ReadAll(journal));
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder.Directory, "notes.seg"), TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder.Directory, "0000000000000003.seg.damaged-*"));
    }

    [Fact]
    public async Task A_newer_version_and_an_older_layout_are_told_in_one_line()
    {
        byte[] file = await WriteAsync(blocks: 1, each: 3);
        byte[] newer = [.. file];
        newer[8] = SegmentHeader.Version + 1;
        BitConverter.TryWriteBytes(newer.AsSpan(20), Crc32C.Compute(0, newer.AsSpan(0, 20)));
        await folder.WriteFirstAsync(newer);
        JournalUnavailableException refused = Assert.Throws<JournalUnavailableException>(() => folder.Open());
        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        Assert.Equal(newer, await File.ReadAllBytesAsync(folder.First, TestContext.Current.CancellationToken));

        await folder.WriteFirstAsync(file);
        string old = Path.Combine(folder.Directory, "journal.db");
        await File.WriteAllTextAsync(old, "SQLite format 3", TestContext.Current.CancellationToken);
        refused = Assert.Throws<JournalUnavailableException>(() => folder.Open());
        Assert.Contains(old, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        File.Delete(old);
        await folder.Open().DisposeAsync();
    }

    /// <summary>The first file of a journal that held these records and is closed; it is deleted again.</summary>
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

        byte[] file = await File.ReadAllBytesAsync(Assert.Single(folder.Segments));
        File.Delete(folder.First);
        return file;
    }

    private static void Flip(byte[] file, string text)
    {
        int at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text));
        Assert.True(at > 0);
        file[at + 2] ^= 0x04;
    }
}
