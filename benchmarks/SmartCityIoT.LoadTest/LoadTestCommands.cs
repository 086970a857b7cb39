using System.CommandLine;
using SmartCityIoT.LoadTest.Broker;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Footprint;
using SmartCityIoT.LoadTest.Ingest;
using SmartCityIoT.LoadTest.Latency;
using SmartCityIoT.LoadTest.Listen;
using SmartCityIoT.LoadTest.Outage;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Receive;
using SmartCityIoT.LoadTest.Start;

namespace SmartCityIoT.LoadTest;

/// <summary>The tool's command line: one subcommand for each measurement. JSON goes to standard output, lines for people to standard error.</summary>
internal static class LoadTestCommands
{
    private const string BuiltProgram = "src/SmartCityIoT.Server/bin/Release/net10.0/smartcity.dll";

    private static readonly Option<int> Runs = new("--runs")
    {
        Description = "How often to repeat; the median is told",
        DefaultValueFactory = _ => 5,
        Recursive = true,
    };

    private static readonly Option<FileInfo> Program = new("--program")
    {
        Description = "The built server",
        DefaultValueFactory = _ => new FileInfo(BuiltProgram),
        Recursive = true,
    };

    private static readonly Option<string[]> Settings = new("--set")
    {
        Description = "A setting of the server, like SmartCity:Journal:Durability=Os; may be repeated",
        DefaultValueFactory = _ => [],
        Recursive = true,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return await Root().Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is LoadTestException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync("smartcity-load: " + problem.Message).ConfigureAwait(false);
            return 1;
        }
    }

    private static RootCommand Root() => new("Measures the built program as a process of its own: start, footprint, latency, and what it takes under load. Run it from the repository's root.")
    {
        Runs,
        Program,
        Settings,
        Start(),
        Demo(),
        Latency(),
        IngestCommand.Create(),
        ReceiveCommand.Create(),
        BrokerCommand.Create(),
        ListenCommand.Create(),
        OutageCommand.Create(),
    };

    private static Command Start()
    {
        var age = Seconds("--age", "How long the existing data directory was in use before", 30);
        var command = new Command("start", "From process start to listening and to the first stored reading, on an empty and on an existing data directory") { age };
        command.SetAction((parsed, cancellation) => MeasureAsync(
            new StartMeasurement(ProgramOf(parsed), TimeSpan.FromSeconds(parsed.GetValue(age))), parsed, cancellation));
        return command;
    }

    private static Command Demo()
    {
        var warmUp = Seconds("--warm-up", "Time before the window", 60);
        var window = Seconds("--window", "Time over which processor time is counted", 60);
        var screens = new Option<int>("--screens") { Description = "Clients that read the event stream meanwhile" };
        var command = new Command("demo", "Processor time and memory of the demo with its simulated district") { warmUp, window, screens };
        command.SetAction((parsed, cancellation) => MeasureAsync(
            new FootprintMeasurement(
                ProgramOf(parsed),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                TimeSpan.FromSeconds(parsed.GetValue(window)),
                parsed.GetValue(screens)),
            parsed,
            cancellation));
        return command;
    }

    private static Command Latency()
    {
        var devices = new Option<int>("--devices") { Description = "Devices that publish, beside those of the demo", DefaultValueFactory = _ => 100 };
        var rate = new Option<double>("--rate") { Description = "Frames a second from all of them", DefaultValueFactory = _ => 50 };
        var warmUp = Seconds("--warm-up", "Time before the first frame, and again before the first that counts", 20);
        var window = Seconds("--window", "Time over which frames count", 60);
        var command = new Command("latency", "From publish to acknowledgement and to the event stream, at a fixed rate beside the running demo")
        {
            devices, rate, warmUp, window,
        };
        command.SetAction((parsed, cancellation) => MeasureAsync(
            new LatencyMeasurement(ProgramOf(parsed), new LatencyOptions
            {
                Devices = parsed.GetValue(devices),
                FramesPerSecond = parsed.GetValue(rate),
                WarmUp = TimeSpan.FromSeconds(parsed.GetValue(warmUp)),
                Window = TimeSpan.FromSeconds(parsed.GetValue(window)),
            }),
            parsed,
            cancellation));
        return command;
    }

    public static Option<double> Seconds(string name, string description, double preset) =>
        new(name) { Description = description + ", s", DefaultValueFactory = _ => preset };

    public static ProgramUnderTest ProgramOf(ParseResult parsed) => new(parsed.GetValue(Program)!.FullName, parsed.GetValue(Settings) ?? []);

    public static async Task<int> MeasureAsync(IMeasurement measurement, ParseResult parsed, CancellationToken cancellation)
    {
        var program = ProgramOf(parsed);
        if (!File.Exists(program.Path))
        {
            throw new LoadTestException($"{program.Path} is missing. Build it: dotnet build -c Release src/SmartCityIoT.Server");
        }

        await measurement.RunAsync(new Reporter(program, parsed.GetValue(Runs)), cancellation).ConfigureAwait(false);
        return 0;
    }
}
