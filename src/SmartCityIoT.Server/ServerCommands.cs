using System.CommandLine;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Server.Decode;
using SmartCityIoT.Server.Demo;
using SmartCityIoT.Server.Devices;
using SmartCityIoT.Server.Hosting;
using SmartCityIoT.Server.Store;

namespace SmartCityIoT.Server;

/// <summary>The program's command line. Whatever a subcommand does not take is configuration: <c>--SmartCity:Mqtt:Listen:Port=1884</c>.</summary>
internal static class ServerCommands
{
    /// <summary>Exit code of a command that could not do its work; the one line on standard error says why.</summary>
    private const int Failed = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            // The host takes the signals that end the program: it stops reading, commits and flushes before it answers.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };

            // Every option of serve and demo is a configuration key, which the configuration's own parser reads.
            return await Root().Parse(args).InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (Exception problem) when (StartupProblem.Describe(problem) is { } line)
        {
            await Console.Error.WriteLineAsync("smartcity: " + line).ConfigureAwait(false);
            return Failed;
        }
    }

    private static RootCommand Root()
    {
        var root = new RootCommand(
            """
            SmartCityIoT: takes a city's telemetry over MQTT, keeps it, raises alerts and shows it.

            Without a subcommand it serves. Options of serve and demo are configuration keys, from appsettings.json, the
            environment (SmartCity__DataDirectory=…) or the command line:

              --urls URL                              where the page and the API are (default http://127.0.0.1:5080)
              --SmartCity:DataDirectory DIR           where everything is kept (default data)
              --SmartCity:Mqtt:Listen:Port PORT       where devices connect (default 1883)
              --SmartCity:Mqtt:Broker:Host HOST       subscribe at an external broker (default none)
              --SmartCity:Store:Kind KIND             embedded (default) or influx
              --SmartCity:Store:Influx:Url URL        InfluxDB or what speaks its write protocol

            All of them, with their defaults: docs/options.md
            """);
        root.TreatUnmatchedTokensAsErrors = false;
        root.SetAction((parsed, cancellation) => ServeAsync([.. parsed.UnmatchedTokens], cancellation));

        var serve = new Command("serve", "Start the platform (the default)") { TreatUnmatchedTokensAsErrors = false };
        serve.SetAction((parsed, cancellation) => ServeAsync([.. parsed.UnmatchedTokens], cancellation));
        root.Add(serve);
        root.Add(DemoCommand.Create());
        root.Add(DecodeVerb());
        root.Add(DeviceCommands.Create(OpenDevices));
        root.Add(GatewayCommands.Create(OpenDevices));
        root.Add(StoreCommands.Create());
        return root;
    }

    private static async Task<int> ServeAsync(string[] configuration, CancellationToken cancellation)
    {
        var platform = Platform.Build(configuration);
        await using (platform.ConfigureAwait(false))
        {
            await Platform.StartAsync(platform, cancellation).ConfigureAwait(false);
            Console.WriteLine(WhereToLook.Of(platform));
            await Platform.RunAsync(platform, cancellation).ConfigureAwait(false);
        }

        return 0;
    }

    private static Command DecodeVerb()
    {
        var decode = new Command("decode", "Read frames as hex lines on standard input and print one JSON line for each, in order");
        decode.SetAction(_ => DecodeCommand.Run(Console.In, Console.Out, SectorPackFolder.Read(SectorPackFolder.Default)));
        return decode;
    }

    private static DeviceCommandContext OpenDevices(ParseResult parsed)
    {
        var configuration = new ConfigurationBuilder();
        PlatformConfiguration.Add(configuration, [.. parsed.UnmatchedTokens]);
        var root = configuration.Build();
        var options = root.GetSection(PlatformOptions.Section).Get<PlatformOptions>() ?? new PlatformOptions();
        return new DeviceCommandContext(
            root,
            DataDirectory.Open(options.DataDirectory),
            SectorPackFolder.Read(options.Packs ?? SectorPackFolder.Default),
            RegionSeed.Areas(RegionSeed.Read(options.Region)));
    }
}
