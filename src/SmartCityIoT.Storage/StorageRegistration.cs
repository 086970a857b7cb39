using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Storage.Rollups;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage;

/// <summary>Brings the store that the configuration names into the host.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Registers <see cref="ITelemetryStore"/> by <c>SmartCity:Store:Kind</c>, and <see cref="IngestLedger"/>. Needs a <see cref="SectorCatalog"/> and logging among the services.
    /// </summary>
    /// <param name="configuration">Root of the configuration.</param>
    /// <param name="dataDirectory">Folder of <c>ledger.db</c>, and of <c>store/telemetry.duckdb</c> where the store is the embedded one.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddIngestLedger(configuration, dataDirectory);
        services.AddOptions<StoreOptions>().Bind(configuration.GetSection(StoreOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<EmbeddedOptions>().Bind(configuration.GetSection(EmbeddedOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<InfluxOptions>().Bind(configuration.GetSection(InfluxOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddRollups(configuration);
        services.AddSingleton<ITelemetryStore>(provider => provider.GetRequiredService<IOptions<StoreOptions>>().Value.Kind switch
        {
            StoreKind.Influx => Influx(provider),
            _ => Embedded(provider, dataDirectory),
        });
        return services;
    }

    private static InfluxStore Influx(IServiceProvider provider) => new InfluxStore(
        provider.GetRequiredService<IOptions<InfluxOptions>>().Value,
        provider.GetRequiredService<SectorCatalog>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<InfluxStore>>())
    {
        Rollups = provider.GetRequiredService<RollupChoice>(),
    };

    private static EmbeddedStore Embedded(IServiceProvider provider, string dataDirectory) => new(
        Path.Combine(dataDirectory, "store", "telemetry.duckdb"),
        provider.GetRequiredService<IOptions<EmbeddedOptions>>().Value,
        provider.GetRequiredService<SectorCatalog>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<EmbeddedStore>>());
}
