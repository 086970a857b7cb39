using System.CommandLine;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Server.Hosting;

namespace SmartCityIoT.Server.Demo;

/// <summary><c>demo</c>: the platform with a simulated district in one process, devices connecting to it over MQTT like real ones.</summary>
internal static class DemoCommand
{
    /// <summary>The demo keeps its things apart from those of <c>serve</c>, and says little.</summary>
    private static readonly Dictionary<string, string?> Defaults = new()
    {
        ["SmartCity:DataDirectory"] = Path.Combine("data", "demo"),
        ["Logging:LogLevel:Default"] = "Warning",
    };

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "The same seed gives the same district", DefaultValueFactory = _ => 1 };
        var devices = new Option<int?>("--devices") { Description = "How many of the district's devices to have (default all, about 2,000)" };
        var intervals = new Option<double>("--interval-scale") { Description = "Factor on the devices' reporting intervals", DefaultValueFactory = _ => 1 };
        var demo = new Command("demo", "Start the platform with a simulated district and show where to look") { seed, devices, intervals };
        demo.TreatUnmatchedTokensAsErrors = false;
        demo.SetAction((parsed, cancellation) => RunAsync(
            [.. parsed.UnmatchedTokens],
            new DistrictOptions
            {
                Seed = parsed.GetValue(seed),
                Devices = parsed.GetValue(devices),
                IntervalScale = parsed.GetValue(intervals),
            },
            cancellation));
        return demo;
    }

    private static async Task<int> RunAsync(string[] configuration, DistrictOptions options, CancellationToken cancellation)
    {
        var platform = Platform.Build(configuration, Defaults, services =>
        {
            services.AddSingleton(options);
            services.AddSingleton<DemoDistrict>();
            services.AddHostedService(provider => provider.GetRequiredService<DemoDistrict>());
        });
        await using (platform.ConfigureAwait(false))
        {
            await Platform.StartAsync(platform, cancellation).ConfigureAwait(false);
            Console.WriteLine(WhereToLook.Of(platform));
            await Platform.RunAsync(platform, cancellation).ConfigureAwait(false);
        }

        return 0;
    }
}
