using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Devices;

/// <summary>Adds the device registry to a host.</summary>
public static class DevicesServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="DeviceRegistry"/>, <see cref="DeviceDirectory"/>, <see cref="CredentialVerifier"/> and <see cref="DownlinkQueue"/>, which
    /// need a <see cref="SectorCatalog"/>, and the service that keeps them fresh. <see cref="DeviceRegistry.InitialiseAsync"/> must have
    /// run before the host starts.
    /// </summary>
    /// <param name="dataDirectory">Folder of <c>devices.db</c> and <c>server.key</c>.</param>
    public static IServiceCollection AddDevices(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        services.AddOptions<DeviceOptions>().Bind(configuration.GetSection(DeviceOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new DeviceDatabase(dataDirectory));
        services.AddSingleton(new ServerKey(dataDirectory));
        services.AddLogging();
        services.AddSingleton(provider => new ContextFactory(provider.GetRequiredService<DeviceDatabase>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(provider => new DeviceDirectory(provider.GetRequiredService<DeviceDatabase>()));
        services.AddSingleton(provider => new CredentialVerifier(
            provider.GetRequiredService<DeviceDirectory>(), provider.GetRequiredService<ServerKey>()));
        services.AddSingleton(provider => new DeviceRegistry(
            provider.GetRequiredService<ContextFactory>(),
            provider.GetRequiredService<DeviceDatabase>(),
            provider.GetRequiredService<DeviceDirectory>(),
            provider.GetRequiredService<ServerKey>(),
            provider.GetRequiredService<SectorCatalog>(),
            provider.GetRequiredService<IOptions<DeviceOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeviceRegistry>>()));
        services.AddSingleton(provider => new DownlinkQueue(
            provider.GetRequiredService<DeviceRegistry>(),
            provider.GetRequiredService<DeviceDatabase>(),
            provider.GetRequiredService<ServerKey>(),
            provider.GetRequiredService<IOptions<DeviceOptions>>().Value,
            provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<DeviceUpkeep>(
            provider, provider.GetRequiredService<IOptions<DeviceOptions>>().Value));
        return services;
    }
}
