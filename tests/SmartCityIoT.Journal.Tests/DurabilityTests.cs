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
    public async Task A_file_cut_at_any_byte_opens_with_all_that_was_acknowledged_before_the_cut()
    {
        List<(long Length, long Position)> acknowledged = [];
        byte[] file;
        await using (MessageJournal journal = folder.Open(_ => folder.Options("a")))
        {
            for (int i = 0; i < 40; i++)
            {
                long position = await JournalFolder.Append(journal, $"record {i + 1} {new string('x', i < 30 ? i * 97 % 3_000 : i)}");
                acknowledged.Add((new FileInfo(folder.First).Length, position));
            }

            file = await File.ReadAllBytesAsync(folder.First, TestContext.Current.CancellationToken);
        }

        // Every byte of the last records and of the first, and places between.
        int complete = 0;
        for (int cut = 0; cut <= file.Length; cut += cut is < 400 or > 2_000 && cut > file.Length - 1_000 ? 1 : cut < 400 ? 1 : 211)
        {
            using JournalFolder copy = new();
            await copy.WriteFirstAsync(file[..cut]);
            await using MessageJournal journal = copy.Open(_ => copy.Fast("a"));
            List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
            long promised = acknowledged.Where(a => a.Length <= cut).Select(a => a.Position).DefaultIfEmpty(0).Max();
            Assert.True(found.Count >= promised, $"cut at {cut}: {found.Count} found, {promised} acknowledged");
            Assert.Equal(Enumerable.Range(1, found.Count).Select(i => (long)i), found.Select(r => r.Position));
            Assert.All(found, r => Assert.StartsWith($"record {r.Position} ", r.Payload));
            Assert.Equal(found.Count + 1, await JournalFolder.Append(journal, "next"));
            Assert.Equal(0, journal.Status.QuarantinedRecords);
            complete = found.Count;
        }

        Assert.Equal(40, complete);
    }

    [Theory]
    [InlineData("fdatasync:error=EIO:when=4+5")]
    [InlineData("fsync:error=EIO:when=2+2")]
    [InlineData("pwrite64:error=EIO:when=4+7")]
    public async Task A_disk_that_does_not_answer_costs_nothing_that_was_acknowledged(string fault)
    {
        Strace.Require();
        const int records = 600;
        List<string> lines = [];
        using (JournalChild child = JournalChild.Start(folder.Directory, JournalDurability.Fsync, killAfter: records, fault))
        {
            while (await child.ReadLineAsync() is { } line)
            {
                lines.Add(line);
            }
        }

        string[] acknowledged = [.. lines.Where(line => char.IsAsciiDigit(line[0]))];
        Assert.True(lines.Contains("failed") || fault.StartsWith("fsync", StringComparison.Ordinal), "the fault was met");
        Assert.Equal(records, acknowledged.Length);
        await using MessageJournal journal = folder.Open();
        Dictionary<long, string> found = JournalFolder.ReadAll(journal).ToDictionary(r => r.Position, r => r.Payload);
        long released = journal.GetCursor("test")!.Value;
        foreach (string line in acknowledged)
        {
            long position = long.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture);
            if (position > released)
                Assert.Equal(JournalChild.Payload(long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)), found[position]);
        }

        Assert.Equal(0, journal.Status.QuarantinedRecords);
    }
}
