using System.CommandLine;
using SmartCityIoT.LoadTest;
using SmartCityIoT.LoadTest.Figures;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>The command <c>storage</c>: the stores by the side of their bars, in one run and one table.</summary>
internal static class StorageCommand
{
    /// <summary>What can be measured by itself.</summary>
    public static readonly string[] Parts = ["encode", "embedded", "influx", "consumer"];

    private static readonly Option<int> Readings = Number("--readings", "Readings of 8 values in the embedded store", 20_000_000);
    private static readonly Option<int> InfluxReadings = Number("--influx-readings", "The same in influxd", 10_000_000);
    private static readonly Option<int> Messages = Number("--messages", "Messages that the store consumer and the bare loader each bring into influxd in a run", 500_000);
    private static readonly Option<int> Days = Number("--days", "Days that the readings are spread over, one after the other", 30);
    private static readonly Option<int> Devices = Number("--devices", "Devices that send them, in the district's proportion of sectors", 2_000);
    private static readonly Option<int> Runs = Number("--runs", "How often to measure each figure; the median is told", 5);
    private static readonly Option<string?> Data = new("--data") { Description = "Folder for the stores' files. Default: the system's temporary folder" };
    private static readonly Option<bool> Keep = new("--keep") { Description = "Leave the embedded store behind, to look at it" };

    private static readonly Option<string[]> Only = new Option<string[]>("--only")
    {
        Description = "Measure this part alone; may be repeated",
        DefaultValueFactory = _ => Parts,
    }.AcceptOnlyFromAmong(Parts);

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Writes readings of a simulated district into the stores, asks them as screens do, and compares with the bars. Progress goes to standard error, one table to standard output.")
        {
            Readings, InfluxReadings, Messages, Days, Devices, Runs, Only, Data, Keep,
        };
        root.SetAction((parsed, cancellation) => MeasureAsync(OptionsOf(parsed), cancellation));
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is LoadTestException or IOException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync("storage: " + problem.Message).ConfigureAwait(false);
            return 1;
        }
    }

    private static async Task<int> MeasureAsync(StorageOptions options, CancellationToken cancellation)
    {
        Check(options);
        var loadBefore = Machine.Load;
        var figures = new List<Figure>();
        foreach (var part in options.Only.Distinct())
        {
            figures.AddRange(part switch
            {
                "encode" => EncodePart.Measure(options),
                "embedded" => await EmbeddedPart.MeasureAsync(options, cancellation).ConfigureAwait(false),
                "influx" => await InfluxPart.MeasureAsync(options, cancellation).ConfigureAwait(false),
                _ => await ConsumerPart.MeasureAsync(options, cancellation).ConfigureAwait(false),
            });
        }

        FigureTable.Print(figures, $"load average {loadBefore} before, {Machine.Load} after");
        return 0;
    }

    private static void Check(StorageOptions options)
    {
        if (options.Devices is < 20 or > 100_000) throw new LoadTestException("--devices is 20 to 100000");
        if (options.Days is < 1 or > 366) throw new LoadTestException("--days is 1 to 366");
        if (options.Runs is < 1 or > 100) throw new LoadTestException("--runs is 1 to 100");
        if (options.Messages < 2_000) throw new LoadTestException("--messages is 2000 or more");
        if (Math.Min(options.Readings, options.InfluxReadings) < options.Devices) throw new LoadTestException("--readings and --influx-readings are one for each device at least");
    }

    private static StorageOptions OptionsOf(ParseResult parsed) => new()
    {
        Readings = parsed.GetValue(Readings),
        InfluxReadings = parsed.GetValue(InfluxReadings),
        Messages = parsed.GetValue(Messages),
        Days = parsed.GetValue(Days),
        Devices = parsed.GetValue(Devices),
        Runs = parsed.GetValue(Runs),
        Only = parsed.GetValue(Only)!,
        Data = parsed.GetValue(Data),
        Keep = parsed.GetValue(Keep),
    };

    private static Option<int> Number(string name, string description, int number) => new(name) { Description = description, DefaultValueFactory = _ => number };
}
