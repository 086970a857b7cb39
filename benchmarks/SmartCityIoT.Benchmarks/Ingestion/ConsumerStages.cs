using Microsoft.Extensions.Hosting;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Benchmarks.Ingestion;

/// <summary>
/// What each stage behind the journal costs for one message, in processor time and memory: each row runs the stages up to its own over the
/// same records, and the difference from the row before is its own. A round of messages is measured several times; the least counts.
/// </summary>
internal static class ConsumerStages
{
    private const int Rounds = 6;
    private const int FlushPoints = 10_000;

    /// <param name="messages">Messages of one round.</param>
    public static async Task RunAsync(int messages)
    {
        await using var rig = new ConsumerRig();
        await rig.FillAsync(messages * Rounds).ConfigureAwait(false);
        Console.WriteLine($"{DistrictFrames.Devices} devices, {Rounds - 1} rounds of {messages} messages of one sample, the quickest round of each:");
        var read = Measure(rig, messages, static (in JournalRecord _) => { });
        Print("read a record", read, default);
        var decoder = rig.NewDecoder();
        var decode = Measure(rig, messages, (in JournalRecord record) => decoder.Decode(record));
        Print("decode, dedupe, time, quality", decode, read);
        Print("live table", Measure(rig, messages, LiveTake(rig.NewDecoder(), rig.Live, null), rig.Live.Publish), decode);
        Print("live table and alerts", Measure(rig, messages, LiveTake(rig.NewDecoder(), rig.Live, rig.Alerts), rig.Live.Publish), decode);
        await using var store = ConsumerRig.NewStore();
        var storing = rig.NewDecoder();
        Print("encode lines", Measure(rig, messages, (in JournalRecord record) => StoreAppend.Append(store, storing.Decode(record)), () => Flush(store)), decode);
        var shown = rig.Live.MessageCount;
        await Whole(rig, rig.LiveConsumer, LiveConsumer.CursorName, () => rig.Live.MessageCount - shown).ConfigureAwait(false);
        await Whole(rig, rig.StoreConsumer, StoreConsumer.CursorName, () => rig.Store.DurablePosition).ConfigureAwait(false);
    }

    private static void Flush(InfluxStore store)
    {
        if (store.PendingPoints >= FlushPoints) store.FlushAsync(0, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    private static Step LiveTake(MessageDecoder decoder, LiveTable live, AlertEngine? alerts) => (in JournalRecord record) =>
    {
        var message = decoder.Decode(record);
        var header = message.Frame.Header;
        live.CountMessage(record.ReceivedAt);
        var update = new LinkUpdate(header.Device, record.ReceivedAt, new FrameCounters(1))
        {
            Boot = header.Boot,
            Sequence = header.Sequence,
            SkewMilliseconds = message.SkewMilliseconds,
        };
        var reading = message.Sample(0);
        live.Apply(update, reading);
        alerts?.Evaluate(reading, record.Position, record.ReceivedAt);
    };

    private static Cost Measure(ConsumerRig rig, int messages, Step step, Action? afterBlock = null)
    {
        using var reader = rig.Journal.OpenReader(0);
        var best = new Cost(double.MaxValue, 0);
        for (var round = 0; round < Rounds; round++)
        {
            long time = 0;
            long bytes = 0;
            var done = 0;
            while (done < messages && reader.TryReadBlock(out var block))
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var started = ThreadClock.Now;
                foreach (var record in block)
                {
                    step(record);
                    done++;
                }

                afterBlock?.Invoke();
                time += ThreadClock.Now - started;
                bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
            }

            var cost = new Cost((double)time / done, (double)bytes / done);
            if (round > 0 && cost.Nanoseconds < best.Nanoseconds) best = cost;
        }

        return best;
    }

    /// <summary>
    /// A consumer over the whole journal as in the process: reading, deciding, saving, with everything that runs beside it. What it costs from
    /// the first third on, when buffers have grown and the code is compiled.
    /// </summary>
    private static async Task Whole(ConsumerRig rig, BackgroundService consumer, string cursor, Func<long> progress)
    {
        var head = rig.Journal.Head;
        await consumer.StartAsync(CancellationToken.None).ConfigureAwait(false);
        while (progress() < head / 3) await Task.Delay(1).ConfigureAwait(false);
        var from = progress();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var time = Environment.CpuUsage.TotalTime;
        while (progress() < head) await Task.Delay(1).ConfigureAwait(false);
        await consumer.StopAsync(CancellationToken.None).ConfigureAwait(false);
        time = Environment.CpuUsage.TotalTime - time;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        Print($"whole {cursor} consumer, saves and all", new Cost(time.TotalNanoseconds / (head - from), (double)bytes / (head - from)), default);
        if (rig.Journal.GetCursor(cursor) != head) throw new InvalidOperationException($"The {cursor} consumer stopped before the journal's head.");
    }

    private static void Print(string stage, Cost all, Cost before) => Console.WriteLine(
        $"{stage,-44} {all.Nanoseconds,8:F0} ns {all.Bytes,8:F2} B   its own {all.Nanoseconds - before.Nanoseconds,8:F0} ns");

    private delegate void Step(in JournalRecord record);

    private readonly record struct Cost(double Nanoseconds, double Bytes);
}
