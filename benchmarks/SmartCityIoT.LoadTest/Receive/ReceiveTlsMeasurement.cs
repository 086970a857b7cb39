using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Peers;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary>
/// The platform's subscriber over plain TCP and over TLS, with full records and with a record for each message: what TLS costs, and what of it a
/// sender saves that puts many messages into a record. Both ends take part in the arithmetic, so the processor time of each is told apart.
/// </summary>
internal sealed class ReceiveTlsMeasurement(ReceiveOptions options) : IMeasurement
{
    public const string Plain = "plain TCP";
    public const string FullRecords = "TLS, full records";
    public const string SingleRecords = "TLS, a record for each message";

    /// <summary>Everything that is compared; ratios are to the first.</summary>
    /// <param name="certificate">Outlives the contenders.</param>
    public static IReadOnlyList<ReceiveContender> Contenders(PeerCertificate certificate) =>
    [
        new(Plain, take => new PlatformReceiver(take)),
        new(FullRecords, take => new PlatformReceiver(take, certificate.CaFile), new PeerTls(certificate.Certificate, IsRecordPerPacket: false)),
        new(SingleRecords, take => new PlatformReceiver(take, certificate.CaFile), new PeerTls(certificate.Certificate, IsRecordPerPacket: true)),
    ];

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        using var certificate = new PeerCertificate();
        var contenders = Contenders(certificate);
        var runner = new ReceiveRunner(options);
        foreach (var qos in (int[])[0, 1])
        {
            var runs = await runner.RunAsync(contenders, qos, reporter.Runs, cancellation).ConfigureAwait(false);
            reporter.Report($"receive over TLS at QoS {qos}", options.Told(qos), [.. contenders.SelectMany(contender => Figures(contender.Name, runs))]);
        }
    }

    private static IEnumerable<Figure> Figures(string name, IReadOnlyList<ReceiveRun> runs)
    {
        var own = runs.Where(run => run.Contender == name).ToList();
        yield return new Figure($"{name}, received and decoded", "messages/s", [.. own.Select(run => Math.Round(run.MessagesPerSecond))]);
        yield return new Figure($"{name}, processor time of the receiving thread", "µs/message", [.. own.Select(run => Math.Round(run.Processor.Receive, 3))]);
        yield return new Figure($"{name}, processor time of the acknowledging thread", "µs/message", [.. own.Select(run => Math.Round(run.Processor.Acknowledge, 3))]);
        yield return new Figure($"{name}, processor time of the peer", "µs/message", [.. own.Select(run => Math.Round(run.Processor.Peer, 3))]);
        yield return new Figure($"{name}, allocated by both", "B/message", [.. own.Select(run => Math.Round(run.AllocatedBytes, 2))]);
        if (name == Plain) yield break;
        var plain = runs.Where(run => run.Contender == Plain).ToList();
        yield return new Figure($"{name} ÷ {Plain}, messages", "times", [.. own.Zip(plain, (one, other) => Math.Round(one.MessagesPerSecond / other.MessagesPerSecond, 2))]);
        yield return new Figure(
            $"{name} ÷ {Plain}, processor time of the receiving thread", "times", [.. own.Zip(plain, (one, other) => Math.Round(one.Processor.Receive / other.Processor.Receive, 2))]);
    }
}
