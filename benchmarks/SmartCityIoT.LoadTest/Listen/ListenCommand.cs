using System.CommandLine;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary><c>smartcity-load listen</c>.</summary>
internal static class ListenCommand
{
    private const string BuiltPeer = "benchmarks/peers/mqttnet-server/bin/Release/net10.0/mqttnet-server.dll";

    private const string BuiltAlone = "benchmarks/peers/door-alone/bin/Release/net10.0/door-alone.dll";

    private static readonly string[] All = [PlatformDoor.DoorName, PeerDoor.Alone, PeerDoor.MqttNet];

    public static Command Create()
    {
        var scenario = new Option<ListenScenario>("--scenario")
        {
            Description = "gateway: one connection with many messages in flight; closed: each device sends its next message when the last is acknowledged; burst: bursts in one write, "
                + "each when the last is acknowledged; rate: at a fixed rate, with latencies from the moment at which each message was meant to leave; idle: memory for connections that "
                + "log in and are silent; reconnect: devices are cut off at once and come back",
            DefaultValueFactory = _ => ListenScenario.Closed,
        };
        var tls = new Option<bool>("--tls") { Description = "Over TLS 1.3" };
        var journal = new Option<string>("--journal") { Description = "Durability of both journals: fsync or os", DefaultValueFactory = _ => "fsync" };
        var devices = new Option<int?>("--devices") { Description = "Devices, each with its own connection: 1,000, and 10,000 for idle and reconnect, where it is left out" };
        var inFlight = new Option<int>("--in-flight") { Description = "Messages that a gateway has in flight at the most", DefaultValueFactory = _ => 1_000 };
        var burst = new Option<int>("--burst") { Description = "Messages in one write of a device that sends bursts", DefaultValueFactory = _ => 20 };
        var rate = new Option<double>("--rate") { Description = "Messages a second of all devices together, where they send at a fixed rate", DefaultValueFactory = _ => 5_000 };
        var addresses = new Option<int>("--addresses") { Description = "Loopback addresses that the devices come from", DefaultValueFactory = _ => 20 };
        var only = new Option<string[]>("--only") { Description = $"Contenders to run: {string.Join(", ", All.Select(name => $"'{name}'"))}; all of them by default", DefaultValueFactory = _ => [] };
        only.AcceptOnlyFromAmong(All);
        var peer = new Option<FileInfo>("--peer") { Description = "The built endpoint to compare with", DefaultValueFactory = _ => new FileInfo(BuiltPeer) };
        var alone = new Option<FileInfo>("--alone") { Description = "The built door alone", DefaultValueFactory = _ => new FileInfo(BuiltAlone) };
        var warmUp = LoadTestCommands.Seconds("--warm-up", "Time under load before the window; for reconnect, before the cut", 10);
        var seconds = LoadTestCommands.Seconds("--seconds", "Time over which is counted; for idle, from the last login until memory is read", 10);
        var command = new Command(
            "listen",
            "The door for devices: the platform with everything switched on, its door and journal alone, and MQTTnet's server on Kestrel that awaits the same commit, in turn. Every acknowledged "
            + "message is accounted for: a missing one makes the measurement fail")
        {
            scenario, tls, journal, devices, inFlight, burst, rate, addresses, only, peer, alone, warmUp, seconds,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var chosen = parsed.GetValue(scenario);
            var load = new ListenLoad
            {
                Scenario = chosen,
                IsTls = parsed.GetValue(tls),
                Journal = parsed.GetValue(journal)!.ToLowerInvariant(),
                Devices = parsed.GetValue(devices) ?? ListenLoad.UsualDevices(chosen),
                InFlight = parsed.GetValue(inFlight),
                Burst = parsed.GetValue(burst),
                Rate = parsed.GetValue(rate),
                Addresses = parsed.GetValue(addresses),
                Contenders = parsed.GetValue(only) is { Length: > 0 } some ? some : All,
                Peer = parsed.GetValue(peer)!.FullName,
                Alone = parsed.GetValue(alone)!.FullName,
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Window = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            };
            var program = LoadTestCommands.ProgramOf(parsed);
            IMeasurement measurement = chosen switch
            {
                ListenScenario.Idle => new IdleMeasurement(program, load),
                ListenScenario.Reconnect => new ReconnectMeasurement(program, load),
                _ => new MessageMeasurement(program, load),
            };
            return LoadTestCommands.MeasureAsync(measurement, parsed, cancellation);
        });
        return command;
    }
}
