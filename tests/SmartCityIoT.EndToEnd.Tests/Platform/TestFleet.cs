using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.EndToEnd.Tests.Platform;

/// <summary>Many water meters of a test.</summary>
internal static class TestFleet
{
    private const ulong First = 0x70b3d57ed0010000;

    public static IReadOnlyList<ulong> Numbers(int count) => [.. Enumerable.Range(0, count).Select(at => First + (ulong)at)];

    public static string Id(ulong device) => device.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>Puts the devices into a data directory before the platform starts on it, as a field team has done long before.</summary>
    /// <returns>Their secrets, in the order of the devices.</returns>
    public static async Task<IReadOnlyDictionary<ulong, string>> AddAsync(string dataDirectory, IReadOnlyList<ulong> devices)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(WaterFrame.Catalog)
            .AddDevices(new ConfigurationBuilder().Build(), dataDirectory)
            .BuildServiceProvider();
        var registry = services.GetRequiredService<DeviceRegistry>();
        await registry.InitialiseAsync(CancellationToken.None);
        var added = await registry.AddManyAsync([.. devices.Select(device => new NewDevice(device, "Thiết bị " + Id(device), "water"))], "test", CancellationToken.None);
        return new SortedDictionary<ulong, string>(added.ToDictionary(one => one.Id, one => one.Secret));
    }
}
