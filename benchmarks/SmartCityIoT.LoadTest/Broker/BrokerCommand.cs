using System.CommandLine;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary><c>smartcity-load broker</c>.</summary>
internal static class BrokerCommand
{
    private const string BuiltPeer = "benchmarks/peers/mqttnet-worker/bin/Release/net10.0/mqttnet-worker.dll";

    private static readonly string[] All = [PlatformContender.ContenderName, PeerContender.ContenderName, CountingContender.ContenderName];

    public static Command Create()
    {
        var journal = new Option<string>("--journal") { Description = "Durability of the platform's journal: fsync or os", DefaultValueFactory = _ => "fsync" };
        var rate = new Option<double?>("--rate") { Description = "Messages a second, in an open loop, with latencies from the moment at which each was meant to leave; without it as many as the worker takes" };
        var stream = new Option<bool>("--stream") { Description = "Read the platform's event stream meanwhile and tell its latency; with --rate of at most one message a second from each device" };
        var devices = Number("--devices", "Devices: traffic, water and lighting in the district's proportion", 2000);
        var publishers = Number("--publishers", "Connections that publish", 4);
        var window = Number("--window", "Messages that each may have outstanding", 1000);
        var lead = Number("--lead", "Messages that may wait at the broker, without --rate: enough that no worker waits for the next", 50_000);
        var connections = Number("--connections", "Connections that the platform opens, each with its share of the devices", 1);
        var receiveMaximum = Number("--receive-maximum", "Messages that the platform takes ahead of its acknowledgements", ushort.MaxValue);
        var store = new Option<string>("--store") { Description = "influxd, or discard: a store that only counts, so that the machine is not full at a rate that influxd does not carry here", DefaultValueFactory = _ => "influxd" };
        store.AcceptOnlyFromAmong("influxd", "discard");
        var only = new Option<string[]>("--only") { Description = $"Contenders to run: {string.Join(", ", All.Select(name => $"'{name}'"))}; all of them by default, at a fixed rate without the last", DefaultValueFactory = _ => [] };
        only.AcceptOnlyFromAmong(All);
        var peer = new Option<FileInfo>("--peer") { Description = "The built worker to compare with", DefaultValueFactory = _ => new FileInfo(BuiltPeer) };
        var warmUp = LoadTestCommands.Seconds("--warm-up", "Time under load before the window", 20);
        var seconds = LoadTestCommands.Seconds("--seconds", "Time over which is counted", 15);
        var command = new Command(
            "broker",
            "mosquitto → worker → influxd at QoS 1, real servers on loopback: the platform, a straightforward worker with MQTTnet's client, and a receiver that "
            + "only counts while the store gets the same load, in turn. Every message is accounted for in the store, device by device: a missing one makes the measurement fail")
        {
            journal, rate, stream, devices, publishers, window, lead, connections, receiveMaximum, store, only, peer, warmUp, seconds,
        };
        command.SetAction((parsed, cancellation) => LoadTestCommands.MeasureAsync(
            new BrokerMeasurement(LoadTestCommands.ProgramOf(parsed), new BrokerOptions
            {
                Journal = parsed.GetValue(journal)!.ToLowerInvariant(),
                Rate = parsed.GetValue(rate),
                IsStreamWatched = parsed.GetValue(stream),
                Devices = parsed.GetValue(devices),
                Publishers = parsed.GetValue(publishers),
                Window = parsed.GetValue(window),
                Lead = parsed.GetValue(lead),
                Connections = parsed.GetValue(connections),
                ReceiveMaximum = parsed.GetValue(receiveMaximum),
                Discards = parsed.GetValue(store) == "discard",
                Contenders = parsed.GetValue(only) is { Length: > 0 } chosen ? chosen : parsed.GetValue(rate) is null ? All : All[..2],
                Peer = parsed.GetValue(peer)!.FullName,
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Seconds = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            }),
            parsed,
            cancellation));
        return command;
    }

    private static Option<int> Number(string name, string description, int preset) => new(name) { Description = description, DefaultValueFactory = _ => preset };
}
