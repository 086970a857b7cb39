using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Evaluation;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Live;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts;

/// <summary>Adds the live table and the alerts to a host.</summary>
public static class AlertsServiceCollectionExtensions
{
    /// <summary>Adds <see cref="LiveTable"/>, which needs a <see cref="SectorCatalog"/>. Here, because the live room itself uses no package.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<LiveTable>();
        return services;
    }

    /// <summary>
    /// Adds <see cref="AlertEngine"/> and <see cref="AlertDesk"/>, which need the live table, the device directory and a sector catalog.
    /// Rules are read when the engine is first asked for; <see cref="RuleFileException"/> and <see cref="AlertStoreUnavailableException"/>
    /// carry the one line to show.
    /// </summary>
    /// <param name="dataDirectory">Folder of <c>alerts.db</c>.</param>
    public static IServiceCollection AddAlerts(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        services.AddOptions<AlertOptions>().Bind(configuration.GetSection(AlertOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<AlertOptions>>().Value;
            return RuleSet.Build(RuleFiles.Read(options.RulesDirectory), provider.GetRequiredService<SectorCatalog>(), options);
        });
        services.AddSingleton(provider => AlertStore.Open(
            Path.Combine(dataDirectory, "alerts.db"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertStore>>()));
        services.AddSingleton<AlertDesk>();
        services.AddSingleton(provider => new AlertEngine(
            provider.GetRequiredService<RuleSet>(),
            provider.GetRequiredService<DeviceDirectory>(),
            provider.GetRequiredService<AlertStore>(),
            provider.GetRequiredService<AlertDesk>(),
            provider.GetRequiredService<LiveTable>(),
            provider.GetRequiredService<IOptions<AlertOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AlertEngine>>()));
        return services;
    }
}
