using System.Globalization;

namespace SmartCityIoT.Journal.Tests;

public sealed class DurabilityTests : IDisposable
{
    private readonly JournalFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(JournalDurability.Fsync, 4_001, false)]
    [InlineData(JournalDurability.Os, 3_000, false)]
    [InlineData(JournalDurability.Fsync, 1, true)]
    [InlineData(JournalDurability.Fsync, 501, true)]
    [InlineData(JournalDurability.Os, 601, true)]
    public async Task What_was_acknowledged_is_there_after_kill_9(JournalDurability durability, int records, bool isAtOnce)
    {
        List<string> lines = [];
        using (JournalChild child = JournalChild.Start(folder.Directory, durability, isAtOnce ? records : 0))
        {
            Assert.Equal("open", await child.ReadLineAsync());
            while (lines.Count < records)
            {
                lines.Add((await child.ReadLineAsync())!);
            }

            lines.AddRange(await child.KillAsync());
        }

        Assert.True(lines.Count >= records);
        await using MessageJournal journal = folder.Open();
        Dictionary<long, string> found = JournalFolder.ReadAll(journal).ToDictionary(r => r.Position, r => r.Payload);
        long released = journal.GetCursor("test")!.Value;
        long last = 0;
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            long position = long.Parse(parts[0], CultureInfo.InvariantCulture);
            Assert.True(position > last);
            last = position;
            if (position > released)
                Assert.Equal(JournalChild.Payload(long.Parse(parts[1], CultureInfo.InvariantCulture)), found[position]);
        }

        Assert.True(journal.Head >= last);
        Assert.Equal(0, journal.Status.QuarantinedRecords);
        Assert.True(await JournalFolder.Append(journal, "next") > last);
    }

    [Fact]
    public async Task A_log_cut_anywhere_opens_with_all_that_was_acknowledged_before_the_cut()
    {
        List<(long Length, long Position)> acknowledged = [];
        byte[] database;
        byte[] log;
        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            for (int i = 0; i < 40; i++)
            {
                long position = await JournalFolder.Append(journal, $"record {i + 1} {new string('x', i * 97 % 3_000)}");
                acknowledged.Add((new FileInfo(folder.Database + "-wal").Length, position));
            }

            database = await File.ReadAllBytesAsync(folder.Database, TestContext.Current.CancellationToken);
            log = await File.ReadAllBytesAsync(folder.Database + "-wal", TestContext.Current.CancellationToken);
        }

        // Each end of a frame (a header of 24 bytes before a page) and its neighbours, and places between.
        const int fileHeader = 32;
        const int frame = 24 + 4_096;
        SortedSet<int> cuts = [0, 1, fileHeader - 1, fileHeader, log.Length];
        for (int at = fileHeader; at < log.Length; at += frame)
        {
            cuts.UnionWith([at - 1, at, at + 1, at + 24, at + 2_000]);
        }

        int complete = 0;
        foreach (int cut in cuts.Where((c, i) => c <= log.Length && (i % 4 == 0 || c == log.Length)))
        {
            using JournalFolder copy = new();
            await File.WriteAllBytesAsync(copy.Database, database, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(copy.Database + "-wal", log[..cut], TestContext.Current.CancellationToken);
            await using MessageJournal journal = copy.Open(_ => copy.Options("a"));
            List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
            long promised = acknowledged.Where(a => a.Length <= cut).Select(a => a.Position).DefaultIfEmpty(0).Max();
            Assert.True(found.Count >= promised, $"cut at {cut}: {found.Count} found, {promised} acknowledged");
            Assert.Equal(Enumerable.Range(1, found.Count).Select(i => (long)i), found.Select(r => r.Position));
            Assert.All(found, r => Assert.StartsWith($"record {r.Position} ", r.Payload));
            Assert.Equal(0, journal.Status.QuarantinedRecords);
            Assert.Equal(found.Count + 1, await JournalFolder.Append(journal, "next"));
            complete = found.Count;
        }

        Assert.Equal(40, complete);
    }
}
