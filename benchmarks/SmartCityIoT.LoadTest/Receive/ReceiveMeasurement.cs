using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Peers;

namespace SmartCityIoT.LoadTest.Receive;

/// <summary>MQTTnet's client, the platform's subscriber and bare sockets over plain TCP: messages a second and allocation for each.</summary>
internal sealed class ReceiveMeasurement(ReceiveOptions options) : IMeasurement
{
    /// <summary>Everything that is compared; ratios are to the first.</summary>
    private static readonly ReceiveContender[] Contenders =
    [
        new("MQTTnet client", take => new MqttNetReceiver(take)),
        new("platform's subscriber", take => new PlatformReceiver(take)),
        new("bare sockets", take => new Subscriber(take)),
    ];

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        var runner = new ReceiveRunner(options);
        foreach (var qos in (int[])[0, 1])
        {
            Report(reporter, qos, await runner.RunAsync(Contenders, qos, reporter.Runs, cancellation).ConfigureAwait(false));
        }
    }

    private void Report(Reporter reporter, int qos, IReadOnlyList<ReceiveRun> runs)
    {
        var figures = new List<Figure>();
        var yardstick = runs.Where(run => run.Contender == Contenders[0].Name).ToList();
        foreach (var receiver in Contenders.Select(contender => contender.Name))
        {
            var own = runs.Where(run => run.Contender == receiver).ToList();
            figures.Add(new Figure($"{receiver}, received and decoded", "messages/s", [.. own.Select(run => Math.Round(run.MessagesPerSecond))]));
            figures.Add(new Figure($"{receiver}, allocated", "B/message", [.. own.Select(run => Math.Round(run.AllocatedBytes, 2))]));
            if (receiver == Contenders[0].Name) continue;
            figures.Add(new Figure($"{receiver} ÷ {Contenders[0].Name}", "times", [.. own.Zip(yardstick, (one, other) => Math.Round(one.MessagesPerSecond / other.MessagesPerSecond, 1))]));
        }

        reporter.Report($"receive at QoS {qos}", options.Told(qos), figures);
    }
}
