using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Benchmarks.Journal;

/// <summary>
/// How long a journal with a backlog takes until its first record is durable: small blocks, as a quiet district leaves them behind, with the
/// indexes of its files and without. What the system has of the files in memory is dropped before, where the system lets go of it.
/// </summary>
internal static class BacklogStart
{
    /// <summary>Records of a block: five messages came between two commits.</summary>
    private const int BlockRecords = 5;

    private const string Cursor = "store";

    private static readonly byte[] Payload = new byte[62];

    public static async Task RunAsync(double gigabytes)
    {
        // In the working directory, since the temporary one may be memory.
        string directory = Path.Combine(Environment.CurrentDirectory, "journal-backlog-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try
        {
            long records = await WriteAsync(directory, gigabytes);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{records:N0} records in {gigabytes:N1} GB, {Directory.GetFiles(directory, "*.seg").Length} files"));
            await StartAsync(directory);
            await MeasureAsync("with indexes", directory);
            foreach (string index in Directory.GetFiles(directory, "*.idx"))
            {
                File.Delete(index);
            }

            await MeasureAsync("without", directory);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static MessageJournal Open(string directory, int gatherMilliseconds) => MessageJournal.Open(
        new JournalOptions
        {
            Directory = directory,
            Cursors = [Cursor],
            Durability = JournalDurability.Os,
            GatherMilliseconds = gatherMilliseconds,
            MaxBytes = long.MaxValue,
        },
        TimeProvider.System,
        NullLogger.Instance);

    private static async Task<long> WriteAsync(string directory, double gigabytes)
    {
        await using MessageJournal journal = Open(directory, gatherMilliseconds: 0);
        JournalBatchAppender appender = journal.CreateBatchAppender();
        long position = 0;
        long shown = 0;
        while (journal.Status.UsedBytes < gigabytes * 1e9)
        {
            for (int block = 0; block < 1_000; block++)
            {
                using (JournalBatch batch = appender.BeginBatch())
                {
                    for (int i = 0; i < BlockRecords; i++)
                    {
                        batch.TryAdd(1, 1, 0, 1, 2, default, Payload, out position);
                    }
                }

                await appender.WaitDurableAsync(position, CancellationToken.None);
            }

            if (Stopwatch.GetElapsedTime(shown).TotalSeconds < 2)
                continue;
            shown = Stopwatch.GetTimestamp();
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"… {journal.Status.UsedBytes / 1e9:N1} of {gigabytes:N1} GB written"));
        }

        return position;
    }

    private static async Task MeasureAsync(string name, string directory)
    {
        await DropCachesAsync();
        TimeSpan took = await StartAsync(directory);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-14} {took.TotalSeconds,8:N2} s until the first record is durable"));
    }

    private static async Task<TimeSpan> StartAsync(string directory)
    {
        long started = Stopwatch.GetTimestamp();
        await using MessageJournal journal = Open(directory, gatherMilliseconds: 3);
        await journal.AppendAsync(1, 1, 0, 1, 2, default, Payload, CancellationToken.None);
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task DropCachesAsync()
    {
        try
        {
            using Process sync = Process.Start("sync");
            await sync.WaitForExitAsync();
            await File.WriteAllTextAsync("/proc/sys/vm/drop_caches", "3");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.WriteLine("the system keeps the files in memory: only root may ask it to let go");
        }
    }
}
