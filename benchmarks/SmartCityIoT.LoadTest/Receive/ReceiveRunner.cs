using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.Telemetry.Frames;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary>
/// Runs receivers in this process, one after the other and in turn, each fed by the same peer: subscribe, decode each frame, acknowledge. No journal
/// and no store: what a message costs before anything is done with it.
/// </summary>
internal sealed class ReceiveRunner(ReceiveOptions options)
{
    private static readonly TimeSpan AllReceivedLimit = TimeSpan.FromSeconds(60);

    private readonly LoadDistrict district = LoadDistrict.Create(options.Devices);

    /// <summary>As many runs of each as are asked for, contender after contender.</summary>
    public async Task<IReadOnlyList<ReceiveRun>> RunAsync(IReadOnlyList<ReceiveContender> contenders, int qos, int times, CancellationToken cancellation)
    {
        var runs = new List<ReceiveRun>();
        for (var time = 0; time < times; time++)
        {
            foreach (var contender in contenders)
            {
                var one = await MeasureAsync(contender, qos, cancellation).ConfigureAwait(false);
                runs.Add(one);
                Reporter.Progress(FormattableString.Invariant($"QoS {qos}, {one.Contender}: {one.MessagesPerSecond:0} messages/s, {one.AllocatedBytes:0.0} B each"));
            }
        }

        return runs;
    }

    /// <summary>One run of one contender, to its last acknowledgement.</summary>
    /// <exception cref="LoadTestException">A message did not come, could not be decoded, or was not acknowledged in its turn.</exception>
    public async Task<ReceiveRun> MeasureAsync(ReceiveContender contender, int qos, CancellationToken cancellation)
    {
        var frame = new Frame();
        long refused = 0;
        using var peer = new BrokerPeer(qos, contender.Tls);
        var receiver = contender.Receiver(payload =>
        {
            if (FrameDecoder.TryDecode(payload, district.Catalog, frame) != DecodeStatus.Ok) refused++;
        });
        await using (receiver.ConfigureAwait(false))
        {
            await receiver.OpenAsync(peer.Port, "sc/v1/+/+/up", qos, cancellation).ConfigureAwait(false);
            var lane = (await peer.LanesAsync(district, 1, TimeSpan.FromSeconds(20), cancellation).ConfigureAwait(false))[0];
            lane.Start(new Pace(null, district.Devices.Count, TimeProvider.System));
            await Task.Delay(options.WarmUp, cancellation).ConfigureAwait(false);
            var threads = new EndThreads();
            var before = threads.Now;
            var received = receiver.Received;
            var allocated = GC.GetTotalAllocatedBytes();
            var start = TimeProvider.System.GetTimestamp();
            await Task.Delay(options.Window, cancellation).ConfigureAwait(false);
            var elapsed = TimeProvider.System.GetElapsedTime(start);
            received = receiver.Received - received;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            var processor = threads.Now.Since(before, received);
            lane.Stop();
            await WaitForAllAsync(contender, receiver, lane, cancellation).ConfigureAwait(false);
            if (refused > 0) throw new LoadTestException($"{contender.Name}: {refused} frames could not be decoded");
            return new ReceiveRun(contender.Name, received / elapsed.TotalSeconds, (double)allocated / Math.Max(1, received), processor);
        }
    }

    private static async Task WaitForAllAsync(ReceiveContender contender, IReceiver receiver, PublishLane lane, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        while (receiver.Received < lane.Sent || lane.Acknowledged < lane.Sent)
        {
            if ((receiver.Problem ?? lane.Problem) is { } problem) throw new LoadTestException($"{contender.Name}: {problem}");
            if (TimeProvider.System.GetElapsedTime(from) > AllReceivedLimit) throw new LoadTestException($"{contender.Name}: {receiver.Received} of {lane.Sent} messages came, {lane.Acknowledged} were acknowledged");
            await Task.Delay(20, cancellation).ConfigureAwait(false);
        }
    }
}
