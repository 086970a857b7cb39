using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SmartCityIoT.Journal.Tests;

/// <summary>A folder of its own for one test, and the short ways to write and read a journal in it.</summary>
internal sealed class JournalFolder : IDisposable
{
    public JournalFolder() => Directory = System.IO.Directory.CreateTempSubdirectory("journal-test-").FullName;

    public string Directory { get; }

    /// <summary>The journal's first file.</summary>
    public string First => Path.Combine(Directory, "0000000000000001.seg");

    /// <summary>The journal's files, oldest first.</summary>
    public string[] Segments => [.. System.IO.Directory.GetFiles(Directory, "*.seg").Order(StringComparer.Ordinal)];

    public MessageJournal Open(Func<JournalOptions, JournalOptions>? change = null, TimeProvider? time = null, ILogger? logger = null) =>
        MessageJournal.Open((change ?? (o => o))(Options()), time ?? TimeProvider.System, logger ?? NullLogger.Instance);

    public JournalOptions Options(params string[] cursors) => new() { Directory = Directory, MinFreeBytes = 0, Cursors = cursors };

    /// <summary>Small files, and no sync: for tests that look at bytes and not at the disk.</summary>
    public JournalOptions Fast(params string[] cursors) =>
        new() { Directory = Directory, MinFreeBytes = 0, Cursors = cursors, Durability = JournalDurability.Os, SegmentBytes = 65_536, GatherMilliseconds = 0 };

    public Task WriteFirstAsync(byte[] bytes) => File.WriteAllBytesAsync(First, bytes, TestContext.Current.CancellationToken);

    /// <summary>Several files of a few records each, none of them released.</summary>
    public async Task WriteManyFilesAsync()
    {
        await using MessageJournal journal = Open(_ => Fast("a"));
        for (int i = 0; i < 60; i++)
        {
            await Append(journal, $"record {i + 1} .{new string('x', 9_000)}");
        }
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    public static ValueTask<long> Append(MessageJournal journal, string payload, CancellationToken cancellationToken = default) =>
        journal.AppendAsync(1_790_000_000_000, 1, 2, 1, 3, default, Encoding.UTF8.GetBytes(payload), cancellationToken);

    /// <summary>Everything that can be read now, as (position, payload).</summary>
    public static List<(long Position, string Payload)> ReadAll(MessageJournal journal, long after = 0)
    {
        using JournalReader reader = journal.OpenReader(after);
        return ReadAll(reader);
    }

    public static List<(long Position, string Payload)> ReadAll(JournalReader reader)
    {
        List<(long, string)> records = [];
        while (reader.TryReadBlock(out JournalBlock block))
        {
            foreach (JournalRecord record in block)
            {
                records.Add((record.Position, Encoding.UTF8.GetString(record.Payload)));
            }
        }

        return records;
    }

    /// <summary>Asks again until it holds; fails loudly when it never does.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"never happened: {what}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
