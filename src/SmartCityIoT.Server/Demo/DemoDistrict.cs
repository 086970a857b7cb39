using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Firmware;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Server.Hosting;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Demo;

/// <summary>
/// The simulated district of the demo: provisions its devices like a field team would, and lets them connect. What the devices'
/// flash holds (secrets, boot counters) is kept beside the demo's data, so that a restart is a restart for them too.
/// </summary>
internal sealed partial class DemoDistrict(
    DistrictOptions options,
    RegionPack region,
    SectorCatalog catalog,
    DeviceRegistry registry,
    DeviceDirectory directory,
    PlatformState platform,
    DataFolder data,
    TimeProvider time,
    ILoggerFactory loggers) : BackgroundService
{
    private const string Actor = "demo";

    private readonly ILogger logger = loggers.CreateLogger<DemoDistrict>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (platform.DeviceEndpoint is not { } bound)
        {
            LogNotListening();
            return;
        }

        var district = District.Create(region, catalog, options);
        var flash = FirmwareFlash.Open(Path.Combine(data.Path, "firmware-flash.json"));
        await ProvisionAsync(district, flash, stoppingToken).ConfigureAwait(false);
        var simulation = new DistrictSimulation(
            district,
            flash,
            new MqttEndpoint(bound.Address.ToString(), bound.Port),
            time,
            loggers.CreateLogger<DistrictSimulation>());
        await simulation.RunAsync(stoppingToken).ConfigureAwait(false);
    }

    /// <summary>Creates the devices that the registry does not know, and gives a secret to those whose flash has lost theirs.</summary>
    private async Task ProvisionAsync(District district, FirmwareFlash flash, CancellationToken cancellation)
    {
        var models = district.Models.Select(model => new DeviceModel(model.Code, model.Name, model.Sector, model.IntervalSeconds));
        await registry.ImportModelsAsync([.. models], Actor, cancellation).ConfigureAwait(false);
        var missing = district.Devices.Where(device => !directory.TryGet(device.Id, out _)).ToList();
        if (missing.Count > 0)
        {
            Keep(flash, await registry.AddManyAsync([.. missing.Select(Registration)], Actor, cancellation).ConfigureAwait(false));
        }

        var forgotten = district.Devices.Where(device => flash.SecretOf(device.Id) is null).Select(device => device.Id).ToList();
        if (forgotten.Count > 0)
        {
            Keep(flash, await registry.IssueCredentialsAsync(forgotten, Actor, cancellation).ConfigureAwait(false));
        }
    }

    private static NewDevice Registration(SimulatedDevice device) => new(device.Id, device.Name, device.Sector, device.Model.Code)
    {
        IntervalSeconds = device.IntervalSeconds,
        Site = new NewSite(device.Site.Code, device.Site.Name, device.Site.Latitude, device.Site.Longitude, device.AreaCode, IsSimulated: true),
    };

    private static void Keep(FirmwareFlash flash, IReadOnlyList<ProvisionedDevice> provisioned)
    {
        foreach (var device in provisioned) flash.SetSecret(device.Id, device.Secret);
        flash.Save();
    }

    [LoggerMessage(3000, LogLevel.Error, "The demo has no devices: its MQTT endpoint is switched off (SmartCity:Mqtt:Listen:Enabled)")]
    private partial void LogNotListening();
}
