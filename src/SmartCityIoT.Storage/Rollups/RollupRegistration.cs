using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Storage.Ledger;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>Brings the rollups into the host.</summary>
internal static class RollupRegistration
{
    public static IServiceCollection AddRollups(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RollupOptions>().Bind(configuration.GetSection(RollupOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => new RollupBoard(
            provider.GetRequiredService<IOptions<RollupOptions>>().Value.Enabled && provider.GetRequiredService<IOptions<StoreOptions>>().Value.Kind == StoreKind.Influx));
        services.AddSingleton(provider => new RollupWorker(
            provider.GetRequiredService<IOptions<RollupOptions>>().Value,
            provider.GetRequiredService<IOptions<InfluxOptions>>().Value,
            provider.GetRequiredService<RollupBoard>(),
            provider.GetRequiredService<IngestLedger>(),
            provider.GetRequiredService<SectorCatalog>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RollupWorker>>()));
        services.AddSingleton(provider => new RollupChoice(
            provider.GetRequiredService<IOptions<RollupOptions>>().Value,
            provider.GetRequiredService<RollupBoard>(),
            provider.GetRequiredService<IngestLedger>(),
            provider.GetRequiredService<SectorCatalog>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
