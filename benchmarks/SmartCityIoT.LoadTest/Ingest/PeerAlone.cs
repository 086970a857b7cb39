using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;

namespace SmartCityIoT.LoadTest.Ingest;

/// <summary>What the sending side can do where nothing holds it up: a measurement beyond that would be one of the tool.</summary>
/// <param name="StampNanoseconds">Identifier, sequence number, time and checksum of one message, on one core.</param>
/// <param name="MessagesPerSecond">To a receiver in this process that only counts and acknowledges.</param>
/// <param name="MessagesPerCoreSecond">The same for a second of processor time of both ends.</param>
internal sealed record PeerAlone(double StampNanoseconds, double MessagesPerSecond, double MessagesPerCoreSecond)
{
    private const int StampedMessages = 2_000_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    public static async Task<PeerAlone> MeasureAsync(LoadDistrict district, int qos, CancellationToken cancellation)
    {
        Stamp(district, qos);
        var stamp = Stamp(district, qos);
        using var peer = new BrokerPeer(qos);
        var receiver = new Subscriber(static _ => { });
        await using (receiver.ConfigureAwait(false))
        {
            await receiver.OpenAsync(peer.Port, "#", qos, cancellation).ConfigureAwait(false);
            var lanes = await peer.LanesAsync(district, 1, TimeSpan.FromSeconds(10), cancellation).ConfigureAwait(false);
            lanes[0].Start(new Pace(null, district.Devices.Count, TimeProvider.System));
            await Task.Delay(WarmUp, cancellation).ConfigureAwait(false);
            var before = (lanes[0].Acknowledged, Environment.CpuUsage.TotalTime, At: TimeProvider.System.GetTimestamp());
            await Task.Delay(Window, cancellation).ConfigureAwait(false);
            var messages = lanes[0].Acknowledged - before.Acknowledged;
            var elapsed = TimeProvider.System.GetElapsedTime(before.At);
            var processor = Environment.CpuUsage.TotalTime - before.TotalTime;
            if (lanes[0].Problem is { } problem) throw new LoadTestException("the peer alone broke off: " + problem);
            return new PeerAlone(stamp, messages / elapsed.TotalSeconds, messages / processor.TotalSeconds);
        }
    }

    private static double Stamp(LoadDistrict district, int qos)
    {
        var train = new PublishTrain(district, district.Devices, qos, isVersion5: true);
        var pace = new Pace(null, district.Devices.Count, TimeProvider.System);
        var start = TimeProvider.System.GetTimestamp();
        for (long n = 0; n < StampedMessages;)
        {
            train.Stamp(n, int.MaxValue, 1 << 16, pace, out var stamped);
            n += stamped;
        }

        return TimeProvider.System.GetElapsedTime(start).TotalNanoseconds / StampedMessages;
    }
}
