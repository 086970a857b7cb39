using OpenTelemetry.Metrics;
using SmartCityIoT.Alerts;
using SmartCityIoT.Dashboard;
using SmartCityIoT.Dashboard.Stream;
using SmartCityIoT.Devices;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Journal;
using SmartCityIoT.Server.Health;
using SmartCityIoT.Storage;

namespace SmartCityIoT.Server.Hosting;

/// <summary>Composes the rooms into one process.</summary>
internal static class Platform
{
    /// <summary>Time that a stop may take: the last flush has 10 s of it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    /// <param name="args">Configuration keys from the command line.</param>
    /// <param name="defaults">Configuration below all else, for a subcommand with defaults of its own.</param>
    public static WebApplication Build(string[] args, IReadOnlyDictionary<string, string?>? defaults = null, Action<IServiceCollection>? also = null)
    {
        ConfigurationArguments.Check(args);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.Sources.Clear();
        builder.Configuration
            .AddInMemoryCollection(defaults ?? new Dictionary<string, string?>())
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true, reloadOnChange: false)
            .AddJsonFile(Path.Combine(Directory.GetCurrentDirectory(), "appsettings.json"), optional: true, reloadOnChange: false)
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddEnvironmentVariables()
            .AddCommandLine(args);
        builder.WebHost.UseUrls(HttpAddresses.Of(builder.Configuration));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });

        AddRooms(builder);
        also?.Invoke(builder.Services);
        var platform = builder.Build();
        platform.MapHealth();
        platform.MapPrometheusScrapingEndpoint("/metrics");
        platform.MapDashboard();
        return platform;
    }

    /// <summary>Opens what must be open before the first message, then starts every part.</summary>
    public static async Task StartAsync(WebApplication platform, CancellationToken cancellation)
    {
        await RegionSeed.ApplyAsync(platform.Services, cancellation).ConfigureAwait(false);
        await platform.StartAsync(cancellation).ConfigureAwait(false);
    }

    private static void AddRooms(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        services.AddOptions<PlatformOptions>().Bind(configuration.GetSection(PlatformOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        var options = configuration.GetSection(PlatformOptions.Section).Get<PlatformOptions>() ?? new PlatformOptions();
        var data = DataDirectory.Open(options.DataDirectory);

        services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new DataFolder(data));
        services.AddSingleton(SectorPackFolder.Read(options.Packs ?? SectorPackFolder.Default));
        services.AddRegion(options.Region);
        services.AddLive();
        services.AddDevices(configuration, data);
        services.AddStorage(configuration, data);
        services.AddAlerts(configuration, data);
        services.AddIngestion(configuration, data);
        services.AddSingleton(JournalState);
        services.AddDashboard();
        services.AddPlatformHealth(configuration);
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("SmartCityIoT.*", "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel")
            .AddPrometheusExporter());
    }

    private static JournalGauge JournalState(IServiceProvider services)
    {
        var journal = services.GetRequiredService<MessageJournal>();
        return new JournalGauge(() =>
        {
            var status = journal.Status;
            return new JournalView(Math.Round(status.UsedFraction, 4), LagOf(status, "store"), LagOf(status, "live"));
        });
    }

    private static long LagOf(JournalStatus status, string cursor) =>
        status.Cursors.FirstOrDefault(one => one.Name == cursor)?.Lag ?? 0;
}
