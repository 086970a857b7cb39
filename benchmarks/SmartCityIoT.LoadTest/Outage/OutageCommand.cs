using System.CommandLine;
using SmartCityIoT.LoadTest.Ingest;

namespace SmartCityIoT.LoadTest.Outage;

/// <summary><c>smartcity-load outage</c>.</summary>
internal static class OutageCommand
{
    public static Command Create()
    {
        var outage = LoadTestCommands.Seconds("--outage", "How long the store is away", 600);
        var rate = new Option<double>("--rate") { Description = "Messages a second, before, meanwhile and after", DefaultValueFactory = _ => 20_000 };
        var journal = new Option<string>("--journal") { Description = "fsync or os", DefaultValueFactory = _ => "fsync" };
        var devices = new Option<int>("--devices") { Description = "Devices: traffic, water and lighting in the district's proportion", DefaultValueFactory = _ => 2000 };
        var connections = new Option<int>("--connections") { Description = "Connections that the program opens, each with its share of the devices", DefaultValueFactory = _ => 1 };
        var window = new Option<int>("--receive-maximum") { Description = "Messages that it takes ahead of its acknowledgements, on each connection", DefaultValueFactory = _ => ushort.MaxValue };
        var warmUp = LoadTestCommands.Seconds("--warm-up", "Time under load before the store goes away", 30);
        var command = new Command(
            "outage",
            "The worker alone under a steady load while its store is away, and after: growth of its memory, and how fast it gives back what waited. "
            + "Takes somewhat longer than twice --outage for each of --runs")
        {
            outage, rate, journal, devices, connections, window, warmUp,
        };
        command.SetAction((parsed, cancellation) => LoadTestCommands.MeasureAsync(
            new OutageMeasurement(LoadTestCommands.ProgramOf(parsed), new OutageOptions
            {
                Outage = TimeSpan.FromSeconds(parsed.GetValue(outage)),
                Load = new IngestOptions
                {
                    Journal = parsed.GetValue(journal)!.ToLowerInvariant(),
                    Qos = 1,
                    Connections = parsed.GetValue(connections),
                    ReceiveMaximum = parsed.GetValue(window),
                    Devices = parsed.GetValue(devices),
                    Rate = parsed.GetValue(rate),
                    WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                    Window = TimeSpan.FromSeconds(1),
                },
            }),
            parsed,
            cancellation));
        return command;
    }
}
