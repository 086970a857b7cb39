using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Benchmarks.Journal;

/// <summary>
/// The journal's engine beside SQLite: records of 62 bytes (80 in the journal) as fast as they go, a consumer that reads and
/// releases. The engines take turns for some seconds each, and the best of their turns counts, since what else runs on the machine
/// only ever takes away. Processor time is the whole process's, receipt and consumer included.
/// </summary>
internal static class EngineComparison
{
    private const int RecordsPerBatch = 256;
    private const int RecordBytes = 80;

    private static readonly byte[] Payload = new byte[62];

    public static async Task RunAsync(TimeSpan time, int turns)
    {
        (string Name, Func<string, Task<long>> Run)[] engines =
        [
            ("sqlite fsync", directory => Task.Run(() => Sqlite(directory, isSynced: true, time))),
            ("segments fsync", directory => SegmentsAsync(directory, JournalDurability.Fsync, time, lag: 0)),
            ("sqlite os", directory => Task.Run(() => Sqlite(directory, isSynced: false, time))),
            ("segments os", directory => SegmentsAsync(directory, JournalDurability.Os, time, lag: 0)),
            ("segments os, no consumer", directory => SegmentsAsync(directory, JournalDurability.Os, time, lag: -1)),
            ("segments os, consumer far behind", directory => SegmentsAsync(directory, JournalDurability.Os, time, lag: 1_000_000)),
        ];
        Result[] best = new Result[engines.Length];
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < engines.Length; i++)
            {
                Result result = await MeasureAsync(engines[i].Run);
                best[i] = turn == 0 ? result : best[i].BestOf(result);
            }
        }

        Console.WriteLine($"{"engine",-34} {"records/s",12} {"MB/s",8} {"CPU ns/record",14} {"B/record",9}");
        for (int i = 0; i < engines.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{engines[i].Name,-34} {best[i].RecordsPerSecond,12:N0} {best[i].RecordsPerSecond * RecordBytes / 1e6,8:N1} {best[i].Processor,14:N0} {best[i].Allocated,9:N1}"));
        }
    }

    private static async Task<Result> MeasureAsync(Func<string, Task<long>> run)
    {
        // In the working directory, since the temporary one may be memory.
        string directory = Path.Combine(Environment.CurrentDirectory, "journal-comparison-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(directory);
        try
        {
            using Process self = Process.GetCurrentProcess();
            TimeSpan before = self.TotalProcessorTime;
            long allocated = GC.GetTotalAllocatedBytes();
            long started = Stopwatch.GetTimestamp();
            long records = await run(directory);
            double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            self.Refresh();
            double processor = (self.TotalProcessorTime - before).TotalNanoseconds / records;
            return new Result(records / seconds, processor, (GC.GetTotalAllocatedBytes() - allocated) / (double)records);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static long Sqlite(string directory, bool isSynced, TimeSpan time)
    {
        using SqliteYardstick yardstick = new(Path.Combine(directory, "yardstick.db"), isSynced);
        return yardstick.Run(time, Payload);
    }

    /// <param name="lag">Records that the consumer stays behind; -1 = there is none.</param>
    private static async Task<long> SegmentsAsync(string directory, JournalDurability durability, TimeSpan time, long lag)
    {
        JournalOptions options = new() { Directory = directory, Durability = durability, MinFreeBytes = 0, Cursors = lag < 0 ? [] : ["consumer"] };
        MessageJournal journal = MessageJournal.Open(options, TimeProvider.System, NullLogger.Instance);
        using CancellationTokenSource stop = new();
        Task consumer = lag < 0 ? Task.CompletedTask : Task.Run(() => ConsumeAsync(journal, lag, stop.Token));
        JournalBatchAppender appender = journal.CreateBatchAppender();
        long last = 0;
        long started = Environment.TickCount64;
        while (Environment.TickCount64 - started < time.TotalMilliseconds)
        {
            last = AddBatch(appender, out bool isRefused) is > 0 and long added ? added : last;
            if (isRefused)
                await appender.WaitForRoomAsync(Payload.Length, CancellationToken.None);
        }

        await appender.WaitDurableAsync(last, CancellationToken.None);
        await stop.CancelAsync();
        await consumer;
        await journal.DisposeAsync();
        return last;
    }

    private static long AddBatch(JournalBatchAppender appender, out bool isRefused)
    {
        long last = 0;
        using JournalBatch batch = appender.BeginBatch();
        for (int i = 0; i < RecordsPerBatch; i++)
        {
            isRefused = !batch.TryAdd(1_790_000_000_000, 1, 1, 1, 0, [], Payload, out long position);
            if (isRefused)
                return last;
            last = position;
        }

        isRefused = false;
        return last;
    }

    private static async Task ConsumeAsync(MessageJournal journal, long lag, CancellationToken stop)
    {
        using JournalReader reader = journal.OpenReader(0);
        long sum = 0;
        try
        {
            while (await reader.WaitAsync(stop))
            {
                if (journal.Head - reader.Position < lag)
                {
                    await Task.Delay(1, stop);
                    continue;
                }

                while (!stop.IsCancellationRequested && journal.Head - reader.Position >= lag && reader.TryReadBlock(out JournalBlock block))
                {
                    foreach (JournalRecord record in block)
                    {
                        sum += record.Payload.Length;
                    }

                    journal.SetCursor("consumer", block.Last);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Measured enough.
        }

        GC.KeepAlive(sum);
    }

    /// <param name="Processor">Nanoseconds per record.</param>
    /// <param name="Allocated">Bytes per record.</param>
    private readonly record struct Result(double RecordsPerSecond, double Processor, double Allocated)
    {
        public Result BestOf(Result other) => new(
            Math.Max(RecordsPerSecond, other.RecordsPerSecond), Math.Min(Processor, other.Processor), Math.Min(Allocated, other.Allocated));
    }
}
