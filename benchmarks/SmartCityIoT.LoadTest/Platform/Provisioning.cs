using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Areas;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.LoadTest.Frames;

namespace SmartCityIoT.LoadTest.Platform;

/// <summary>Puts a load's devices into a data directory before the program starts on it, as a field team has done long before.</summary>
internal static class Provisioning
{
    private const string Actor = "load-test";

    /// <returns>The secrets that the devices log in with, in the district's order.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(LoadDistrict district, string dataDirectory, CancellationToken cancellation)
    {
        Directory.CreateDirectory(dataDirectory);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(district.Catalog)
            .AddDevices(new ConfigurationBuilder().Build(), dataDirectory)
            .BuildServiceProvider();
        await using (services.ConfigureAwait(false))
        {
            var registry = services.GetRequiredService<DeviceRegistry>();
            await registry.InitialiseAsync(cancellation).ConfigureAwait(false);

            // What else the region knows of its areas the program brings in when it starts.
            var areas = district.Region.Areas.Select(area => new Area(area.Code, area.Name, area.Kind));
            await registry.ImportAreasAsync([.. areas], Actor, cancellation).ConfigureAwait(false);
            var models = district.District.Models.Select(model => new DeviceModel(model.Code, model.Name, model.Sector, model.IntervalSeconds));
            await registry.ImportModelsAsync([.. models], Actor, cancellation).ConfigureAwait(false);
            var added = await registry.AddManyAsync([.. district.Devices.Select(Registration)], Actor, cancellation).ConfigureAwait(false);
            return [.. added.Select(device => device.Secret)];
        }
    }

    private static NewDevice Registration(LoadDevice device)
    {
        var like = device.Like;
        return new NewDevice(device.Id, like.Name, like.Sector, like.Model.Code)
        {
            IntervalSeconds = like.IntervalSeconds,
            Site = new NewSite(like.Site.Code, like.Site.Name, like.Site.Latitude, like.Site.Longitude, like.AreaCode, IsSimulated: true),
        };
    }
}
