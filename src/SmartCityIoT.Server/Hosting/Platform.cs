using OpenTelemetry.Metrics;
using SmartCityIoT.Alerts;
using SmartCityIoT.Dashboard;
using SmartCityIoT.Dashboard.Stream;
using SmartCityIoT.Devices;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Journal;
using SmartCityIoT.Server.Health;
using SmartCityIoT.Server.Store;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Server.Hosting;

/// <summary>Composes the rooms into one process.</summary>
internal static class Platform
{
    /// <summary>Time that a stop may take: the last flush has 10 s of it.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    /// <param name="args">Configuration keys from the command line.</param>
    /// <param name="defaults">Defaults that differ, for a subcommand with defaults of its own.</param>
    public static WebApplication Build(string[] args, Dictionary<string, string?>? defaults = null, Action<IServiceCollection>? also = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        PlatformConfiguration.Add(builder.Configuration, args, defaults);
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
        try
        {
            await platform.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A part that ended by a defect cancelled the start of the others, and is what to tell of.
            await ThrowIfFailedAsync(platform).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs until it is told to stop.</summary>
    /// <exception cref="Exception">A part ended by a defect, which ended the rest.</exception>
    public static async Task RunAsync(WebApplication platform, CancellationToken cancellation)
    {
        await platform.WaitForShutdownAsync(cancellation).ConfigureAwait(false);
        await ThrowIfFailedAsync(platform).ConfigureAwait(false);
    }

    private static async Task ThrowIfFailedAsync(WebApplication platform)
    {
        foreach (var part in platform.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (part.ExecuteTask is { IsFaulted: true } failed) await failed.ConfigureAwait(false);
        }
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
        services.AddHostedService<StoreBackupService>();
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
        var ledger = services.GetRequiredService<IngestLedger>();
        return new JournalGauge(() =>
        {
            var status = journal.Status;

            // The store's cursor in the journal waits for a checkpoint of the store; what is stored is said by the ledger.
            var live = status.Cursors.FirstOrDefault(cursor => cursor.Name == "live")?.Lag ?? 0;
            return new JournalView(Math.Round(status.UsedFraction, 4), Math.Max(0, status.Head - ledger.Position), live);
        });
    }
}
