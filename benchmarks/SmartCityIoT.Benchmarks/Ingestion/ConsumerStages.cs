using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Store;
using SmartCityIoT.Journal;
using SmartCityIoT.Live;
using SmartCityIoT.Storage;

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
        await Whole(rig, rig.LiveConsumer, "whole live consumer").ConfigureAwait(false);
        await Whole(rig, rig.StoreConsumer, "whole store consumer").ConfigureAwait(false);
    }

    private static void Flush(ITelemetryStore store)
    {
        if (store.PendingPoints >= FlushPoints) store.FlushAsync(0, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    private static Step LiveTake(MessageDecoder decoder, LiveTable live, AlertEngine? alerts) => (in JournalRecord record) =>
    {
        var message = decoder.Decode(record);
        var header = message.Frame.Header;
        live.CountMessage(record.ReceivedAt);
        live.Link(new LinkUpdate(header.Device, record.ReceivedAt, new FrameCounters(1))
        {
            Boot = header.Boot,
            Sequence = header.Sequence,
            SkewMilliseconds = message.SkewMilliseconds,
        });
        var reading = message.Sample(0);
        live.Apply(reading, record.ReceivedAt);
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

    /// <summary>A consumer over the whole journal as in the process: reading, deciding, saving, with everything that runs beside it.</summary>
    private static async Task Whole(ConsumerRig rig, Microsoft.Extensions.Hosting.BackgroundService consumer, string name)
    {
        var cursor = consumer is StoreConsumer ? StoreConsumer.CursorName : SmartCityIoT.Ingestion.Live.LiveConsumer.CursorName;
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var started = Environment.CpuUsage.TotalTime;
        await consumer.StartAsync(CancellationToken.None).ConfigureAwait(false);
        while (rig.Journal.GetCursor(cursor) != rig.Journal.Head) await Task.Delay(20).ConfigureAwait(false);
        var time = Environment.CpuUsage.TotalTime - started;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        await consumer.StopAsync(CancellationToken.None).ConfigureAwait(false);
        Print(name + ", first start included", new Cost(time.TotalNanoseconds / rig.Journal.Head, (double)bytes / rig.Journal.Head), default);
    }

    private static void Print(string stage, Cost all, Cost before) => Console.WriteLine(
        $"{stage,-44} {all.Nanoseconds,8:F0} ns {all.Bytes,8:F2} B   its own {all.Nanoseconds - before.Nanoseconds,8:F0} ns");

    private delegate void Step(in JournalRecord record);

    private readonly record struct Cost(double Nanoseconds, double Bytes);
}
