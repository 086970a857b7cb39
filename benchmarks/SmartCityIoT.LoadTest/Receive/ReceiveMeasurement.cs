using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary>
/// Receivers in this process, one after the other and in turn, each fed by the same peer: subscribe, decode each frame, acknowledge. No journal and
/// no store: what a message costs before anything is done with it.
/// </summary>
internal sealed class ReceiveMeasurement(ReceiveOptions options) : IMeasurement
{
    private const string Yardstick = "MQTTnet client";

    private static readonly TimeSpan AllReceivedLimit = TimeSpan.FromSeconds(60);

    /// <summary>Everything that is compared; ratios are to the first.</summary>
    private static readonly Func<MessageHandler, IReceiver>[] Receivers =
    [
        take => new MqttNetReceiver(take),
        take => new PlatformReceiver(take),
        take => new Subscriber(take),
    ];

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        var district = LoadDistrict.Create(options.Devices);
        foreach (var qos in (int[])[0, 1])
        {
            var runs = new List<ReceiveRun>();
            for (var run = 0; run < reporter.Runs; run++)
            {
                foreach (var receiver in Receivers)
                {
                    var one = await MeasureAsync(district, receiver, qos, cancellation).ConfigureAwait(false);
                    runs.Add(one);
                    Reporter.Progress(FormattableString.Invariant($"QoS {qos}, {one.Receiver}: {one.MessagesPerSecond:0} messages/s, {one.AllocatedBytes:0.0} B each"));
                }
            }

            Report(reporter, qos, runs);
        }
    }

    private async Task<ReceiveRun> MeasureAsync(LoadDistrict district, Func<MessageHandler, IReceiver> make, int qos, CancellationToken cancellation)
    {
        var frame = new Frame();
        long refused = 0;
        using var peer = new BrokerPeer(qos);
        var receiver = make(payload =>
        {
            if (FrameDecoder.TryDecode(payload, district.Catalog, frame) != DecodeStatus.Ok) refused++;
        });
        await using (receiver.ConfigureAwait(false))
        {
            await receiver.OpenAsync(peer.Port, "sc/v1/+/+/up", qos, cancellation).ConfigureAwait(false);
            var lane = (await peer.LanesAsync(district, 1, TimeSpan.FromSeconds(20), cancellation).ConfigureAwait(false))[0];
            lane.Start(new Pace(null, district.Devices.Count, TimeProvider.System));
            await Task.Delay(options.WarmUp, cancellation).ConfigureAwait(false);
            var received = receiver.Received;
            var allocated = GC.GetTotalAllocatedBytes();
            var start = TimeProvider.System.GetTimestamp();
            await Task.Delay(options.Window, cancellation).ConfigureAwait(false);
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            received = receiver.Received - received;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            lane.Stop();
            await WaitForAllAsync(receiver, lane, cancellation).ConfigureAwait(false);
            if (refused > 0) throw new LoadTestException($"{receiver.Name}: {refused} frames could not be decoded");
            return new ReceiveRun(receiver.Name, received / elapsed.TotalSeconds, (double)allocated / Math.Max(1, received));
        }
    }

    private static async Task WaitForAllAsync(IReceiver receiver, PublishLane lane, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (receiver.Received < lane.Sent || lane.Acknowledged < lane.Sent)
        {
            if ((receiver.Problem ?? lane.Problem) is { } problem) throw new LoadTestException($"{receiver.Name}: {problem}");
            if (TimeProvider.System.GetElapsedTime(from) > AllReceivedLimit) throw new LoadTestException($"{receiver.Name}: {receiver.Received} of {lane.Sent} messages came, {lane.Acknowledged} were acknowledged");
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
    }

    private void Report(Reporter reporter, int qos, List<ReceiveRun> runs)
    {
        var figures = new List<Figure>();
        var yardstick = runs.Where(run => run.Receiver == Yardstick).ToList();
        foreach (var receiver in runs.Select(run => run.Receiver).Distinct())
        {
            var own = runs.Where(run => run.Receiver == receiver).ToList();
            figures.Add(new Figure($"{receiver}, received and decoded", "messages/s", [.. own.Select(run => Math.Round(run.MessagesPerSecond))]));
            figures.Add(new Figure($"{receiver}, allocated", "B/message", [.. own.Select(run => Math.Round(run.AllocatedBytes, 2))]));
            if (receiver == Yardstick) continue;
            figures.Add(new Figure($"{receiver} ÷ {Yardstick}", "times", [.. own.Zip(yardstick, (one, other) => Math.Round(one.MessagesPerSecond / other.MessagesPerSecond, 1))]));
        }

        reporter.Report(
            $"receive at QoS {qos}",
            new { qos, options.Devices, warmUpSeconds = options.WarmUp.TotalSeconds, windowSeconds = options.Window.TotalSeconds },
            figures);
    }

    private sealed record ReceiveRun(string Receiver, double MessagesPerSecond, double AllocatedBytes);
}
