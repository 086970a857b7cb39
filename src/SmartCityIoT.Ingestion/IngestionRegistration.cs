using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion.Decode;
using SmartCityIoT.Ingestion.Live;
using SmartCityIoT.Ingestion.Receive.Commands;
using SmartCityIoT.Ingestion.Receive.Dial;
using SmartCityIoT.Ingestion.Receive.Listen;
using SmartCityIoT.Ingestion.Store;

namespace SmartCityIoT.Ingestion;

/// <summary>
/// The way of the data, wired:
/// <code>
///  device ──MQTT──▶ ListenEndpoint ─▶ DeviceDoor ──┐
///                                                  ├─▶ MessageJournal ─┬─▶ LiveConsumer  ─▶ LiveTable, AlertEngine
///  broker ──MQTT──▶ BrokerLinks ────▶ JournalPump ─┘ (acknowledged when └─▶ StoreConsumer ─▶ ITelemetryStore, IngestLedger
///                                                     it has synced)
/// </code>
/// </summary>
public static class IngestionRegistration
{
    /// <summary>
    /// Needs the rooms Live, Storage, Devices and Alerts and a sector catalog among the services. The consumers start before the
    /// doors open, and stop after they are closed.
    /// </summary>
    public static IServiceCollection AddIngestion(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        Bind<TimeOptions>(services, configuration, TimeOptions.Section);
        Bind<BrokerOptions>(services, configuration, BrokerOptions.Section);
        services.AddIngestionJournal(configuration, dataDirectory);
        Host<StoreConsumer>(services);
        Host<LiveConsumer>(services);
        Host<RollupService>(services);
        AddFrontDoor(services, configuration);
        Host<BrokerLinks>(services);
        return services;
    }

    /// <summary>The door for devices, from the port to the journal, which must be among the services.</summary>
    internal static void AddFrontDoor(IServiceCollection services, IConfiguration configuration)
    {
        Bind<ListenOptions>(services, configuration, ListenOptions.Section);
        Bind<ListenLimitOptions>(services, configuration, ListenOptions.Section);
        Bind<ListenTlsOptions>(services, configuration, ListenTlsOptions.Section);
        Bind<ListenWebSocketOptions>(services, configuration, ListenWebSocketOptions.Section);
        services.AddSingleton<PlatformState>();
        services.AddSingleton<RetainedMessages>();
        services.AddSingleton<WillPublisher>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ListenLimitOptions>>().Value);
        services.AddSingleton<DownlinkCourier>();
        services.AddSingleton<DeviceDoor>();
        Host<ListenEndpoint>(services);
    }

    private static void Bind<TOptions>(IServiceCollection services, IConfiguration configuration, string section) where TOptions : class =>
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();

    private static void Host<TService>(IServiceCollection services) where TService : class, IHostedService =>
        services.AddSingleton<TService>().AddHostedService(provider => provider.GetRequiredService<TService>());
}
