using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Benchmarks.Journal;

/// <summary>Records of 60 bytes to a real disk, while a consumer reads them and its cursor releases them.</summary>
[MemoryDiagnoser]
public class JournalAppendBenchmarks
{
    private const int Burst = 100_000;

    private readonly byte[] payload = new byte[60];
    private readonly ValueTask<long>[] appends = new ValueTask<long>[Burst];
    private string directory = "";
    private MessageJournal journal = null!;
    private Task consumer = Task.CompletedTask;

    [Params(JournalDurability.Fsync, JournalDurability.Os)]
    public JournalDurability Durability { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        // In the working directory, since the temporary one may be memory.
        directory = Path.Combine(Environment.CurrentDirectory, "journal-benchmark-" + Guid.NewGuid().ToString("N"));
        journal = MessageJournal.Open(
            new JournalOptions { Directory = directory, Durability = Durability, MinFreeBytes = 0, Cursors = ["consumer"] },
            TimeProvider.System,
            NullLogger.Instance);
        consumer = Task.Run(ConsumeAsync);
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        await journal.DisposeAsync();
        await consumer;
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>Many connections at once: as many records in flight as the journal takes.</summary>
    [Benchmark(OperationsPerInvoke = Burst)]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once.")]
    public async Task<long> AppendMany()
    {
        for (int i = 0; i < Burst; i++)
        {
            appends[i] = journal.AppendAsync(1_790_000_000_000, 1, 1, 1, 0, default, payload, default);
        }

        long last = 0;
        for (int i = 0; i < Burst; i++)
        {
            last = await appends[i];
        }

        return last;
    }

    /// <summary>One device alone: the time from the append to its acknowledgement, the gathering's pause included.</summary>
    [Benchmark]
    public async Task<long> AppendOne() => await journal.AppendAsync(1_790_000_000_000, 1, 1, 1, 0, default, payload, default);

    private async Task ConsumeAsync()
    {
        using JournalReader reader = journal.OpenReader(0);
        while (await reader.WaitAsync(CancellationToken.None))
        {
            while (reader.TryReadBlock(out JournalBlock block))
            {
                long sum = 0;
                foreach (JournalRecord record in block)
                {
                    sum += record.Payload.Length;
                }

                journal.SetCursor("consumer", block.Last);
            }
        }
    }
}
