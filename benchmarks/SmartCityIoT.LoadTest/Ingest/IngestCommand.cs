using System.CommandLine;

namespace SmartCityIoT.LoadTest.Ingest;

/// <summary><c>smartcity-load ingest</c>.</summary>
internal static class IngestCommand
{
    public static Command Create()
    {
        var journal = new Option<string>("--journal") { Description = "When a message counts as durable: fsync (survives the loss of power) or os (the death of the process)", DefaultValueFactory = _ => "fsync" };
        var qos = new Option<int>("--qos") { Description = "0 or 1; at QoS 0 nothing is acknowledged, and what TCP took counts", DefaultValueFactory = _ => 1 };
        var connections = new Option<int>("--connections") { Description = "Connections that the program opens, each with its share of the devices", DefaultValueFactory = _ => 1 };
        var window = new Option<int>("--receive-maximum") { Description = "Messages that it takes ahead of its acknowledgements, on each connection", DefaultValueFactory = _ => ushort.MaxValue };
        var devices = new Option<int>("--devices") { Description = "Devices: traffic, water and lighting in the district's proportion", DefaultValueFactory = _ => 2000 };
        var rate = new Option<double?>("--rate") { Description = "Messages a second; without it as many as are taken" };
        var warmUp = LoadTestCommands.Seconds("--warm-up", "Time under load before the window", 10);
        var seconds = LoadTestCommands.Seconds("--seconds", "Time over which is counted", 20);
        var command = new Command(
            "ingest",
            "The worker alone: this tool sends it coalesced PUBLISH packets as a broker would, and discards what it writes to its store. "
            + "Tells messages acknowledged a second, processor time and allocation for each, and whether every one came to the store: "
            + "one that is missing makes the measurement fail")
        {
            journal, qos, connections, window, devices, rate, warmUp, seconds,
        };
        command.SetAction((parsed, cancellation) => LoadTestCommands.MeasureAsync(
            new IngestMeasurement(LoadTestCommands.ProgramOf(parsed), new IngestOptions
            {
                Journal = parsed.GetValue(journal)!.ToLowerInvariant(),
                Qos = parsed.GetValue(qos),
                Connections = parsed.GetValue(connections),
                ReceiveMaximum = parsed.GetValue(window),
                Devices = parsed.GetValue(devices),
                Rate = parsed.GetValue(rate),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Window = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            }),
            parsed,
            cancellation));
        return command;
    }
}
