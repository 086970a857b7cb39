using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage;

/// <summary>Brings the store that the configuration names into the host.</summary>
public static class StorageRegistration
{
    /// <summary>
    /// Registers <see cref="ITelemetryStore"/> by <c>SmartCity:Store:Kind</c>. Needs a <see cref="SectorCatalog"/> and logging among the services.
    /// </summary>
    /// <param name="configuration">Root of the configuration.</param>
    /// <param name="dataDirectory">Folder under which the embedded store keeps its files.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<StoreOptions>().Bind(configuration.GetSection(StoreOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<InfluxOptions>().Bind(configuration.GetSection(InfluxOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ITelemetryStore>(provider => provider.GetRequiredService<IOptions<StoreOptions>>().Value.Kind switch
        {
            StoreKind.Influx => Influx(provider),
            var kind => throw new NotSupportedException($"{StoreOptions.Section}:Kind = {kind} in {dataDirectory}"),
        });
        return services;
    }

    private static InfluxStore Influx(IServiceProvider provider) => new InfluxStore(
        provider.GetRequiredService<IOptions<InfluxOptions>>().Value,
        provider.GetRequiredService<SectorCatalog>(),
        provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<ILogger<InfluxStore>>());
}
