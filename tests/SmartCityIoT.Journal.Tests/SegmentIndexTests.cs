using System.Text;

namespace SmartCityIoT.Journal.Tests;

/// <summary>Files that grow no more have an index beside them: a start reads it in their place, and it is never worse than reading them.</summary>
public sealed class SegmentIndexTests : IDisposable
{
    private readonly JournalFolder folder = new();

    private string[] Indexes => [.. Directory.GetFiles(folder.Directory, "*.idx").Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_start_reads_the_index_and_not_the_file()
    {
        await folder.WriteManyFilesAsync();
        Assert.Equal(folder.Segments.Length - 1, Indexes.Length);

        // Heads that nobody reads at the start are damaged without a word, until a reader comes by.
        byte[] file = await File.ReadAllBytesAsync(folder.Segments[1], TestContext.Current.CancellationToken);
        int second = NthHead(file, 2);
        file[second + 20] ^= 1;
        await File.WriteAllBytesAsync(folder.Segments[1], file, TestContext.Current.CancellationToken);
        CapturedLog log = new();
        await using MessageJournal journal = folder.Open(_ => folder.Fast("a"), logger: log);
        Assert.Equal(60, journal.Head);
        Assert.DoesNotContain(log.Lines, line => line.Event != 2000);
        Assert.InRange(JournalFolder.ReadAll(journal).Count, 59, 60);
    }

    [Fact]
    public async Task Files_go_with_their_indexes()
    {
        await folder.WriteManyFilesAsync();
        await using MessageJournal journal = folder.Open(_ => folder.Fast("a"));
        journal.SetCursor("a", 60);
        for (int i = 0; i < 20; i++)
        {
            await JournalFolder.Append(journal, new string('x', 9_000));
        }

        journal.SetCursor("a", 80);
        await JournalFolder.Until(
            () => folder.Segments.Length <= 2 && Indexes.All(index => File.Exists(Path.ChangeExtension(index, ".seg"))), "what is released goes");
    }

    [Fact]
    public async Task An_index_without_its_file_goes_and_one_of_another_file_is_not_believed()
    {
        await folder.WriteManyFilesAsync();
        File.Delete(folder.Segments[1]);
        File.Copy(Indexes[2], Indexes[0], overwrite: true);
        await using MessageJournal journal = folder.Open(_ => folder.Fast("a"));
        List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
        Assert.Equal(1, found[0].Position);
        Assert.Equal(60, found[^1].Position);
        Assert.InRange(found.Count, 50, 59);
        Assert.DoesNotContain(Indexes, index => !File.Exists(Path.ChangeExtension(index, ".seg")));
    }

    /// <summary>Each bit of a file that has an index, and each of the index.</summary>
    [Fact]
    public async Task Every_single_bit_costs_one_record_at_most_and_names_it()
    {
        await using (MessageJournal journal = folder.Open(_ => folder.Fast("a")))
        {
            for (int i = 1; i <= 6; i++)
            {
                await JournalFolder.Append(journal, $"record {i} .");
            }
        }

        await folder.Open(_ => folder.Fast("a")).DisposeAsync();
        string index = Assert.Single(Indexes);
        (string Name, byte[] Bytes)[] files =
            [.. new[] { folder.First, index, folder.Segments[1] }.Select(path => (Path.GetFileName(path), File.ReadAllBytes(path)))];
        for (int damaged = 0; damaged < 2; damaged++)
        {
            for (int bit = 0; bit < files[damaged].Bytes.Length * 8; bit++)
            {
                byte[] bytes = [.. files[damaged].Bytes];
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                using JournalFolder copy = new();
                foreach ((string name, byte[] content) in files)
                {
                    await File.WriteAllBytesAsync(
                        Path.Combine(copy.Directory, name), name == files[damaged].Name ? bytes : content, TestContext.Current.CancellationToken);
                }

                await using MessageJournal journal = copy.Open(_ => copy.Fast("a"));
                List<(long Position, string Payload)> found = JournalFolder.ReadAll(journal);
                Assert.All(found, r => Assert.Equal($"record {r.Position} .", r.Payload));
                Assert.True(found.Count >= 5, $"{files[damaged].Name}, bit {bit}: {found.Count} records");
                Assert.Equal(0, journal.GetCursor("a"));
                Assert.True(await JournalFolder.Append(journal, "record 7 .") == 7, $"{files[damaged].Name}, bit {bit}: the next position");
                Assert.True(journal.Status.QuarantinedRecords == 6 - found.Count, $"{files[damaged].Name}, bit {bit}: what is missing is named");
                Assert.Equal(found.Append((7, "record 7 .")), JournalFolder.ReadAll(journal));
            }
        }
    }

    private static int NthHead(byte[] file, int n)
    {
        int at = -1;
        for (int i = 0; i <= n; i++)
        {
            at += 1 + file.AsSpan(at + 1).IndexOf(Encoding.ASCII.GetBytes("SCJ1"));
        }

        return at;
    }
}
