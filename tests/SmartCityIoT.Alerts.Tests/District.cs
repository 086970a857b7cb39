using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Devices;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Alerts.Tests;

/// <summary>A real registry on real files with a few devices; a folder that lasts as long as the test.</summary>
internal sealed class District : IAsyncDisposable
{
    public const string Actor = "tester";
    public const ulong Meter = 0x70b3d57ed0001001;
    public const ulong Probe = 0x70b3d57ed0001002;
    public const ulong Spare = 0x70b3d57ed0001003;
    public const ulong Camera = 0x70b3d57ed0002001;
    public const ulong Lamp = 0x70b3d57ed0003001;

    /// <summary>2026-03-01T00:00:00Z in Unix milliseconds.</summary>
    public const long Start = 1_772_323_200_000;

    private readonly ServiceProvider services;

    private District()
    {
        Folder = System.IO.Directory.CreateTempSubdirectory("smartcity-alerts-").FullName;
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton(Catalog)
            .AddDevices(new ConfigurationBuilder().Build(), Folder)
            .BuildServiceProvider();
    }

    /// <summary>The sectors that the project ships.</summary>
    public static SectorCatalog Catalog { get; } = new(
    [
        .. new[] { "traffic", "water", "lighting" }
            .Select(name => Path.Combine(AppContext.BaseDirectory, "packs", name, "pack.json"))
            .Select(file => SectorPackReader.Parse(file, File.ReadAllBytes(file))),
    ]);

    public string Folder { get; }

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Start));

    public DeviceRegistry Registry => services.GetRequiredService<DeviceRegistry>();

    public DeviceDirectory Directory => services.GetRequiredService<DeviceDirectory>();

    /// <summary>A meter and a probe at one-minute intervals, a camera at five, a lamp at one, and a meter that is only planned.</summary>
    public static async Task<District> OpenAsync()
    {
        var district = new District();
        await district.Registry.InitialiseAsync(CancellationToken.None);
        NewDevice[] devices =
        [
            new(Meter, "Đồng hồ Tân Lợi", "water", "WM-20") { Site = new NewSite("TL-01", "Tân Lợi 1", 12.69, 108.046), IntervalSeconds = 60 },
            new(Probe, "Đầu đo Tự An", "water", "WQ-1") { Site = new NewSite("TA-01", "Tự An 1", 12.666, 108.052), IntervalSeconds = 60 },
            new(Camera, "Ngã Sáu", "traffic", "TC-1") { IntervalSeconds = 300 },
            new(Spare, "Đồng hồ mới", "water", "WM-20") { IntervalSeconds = 60, Lifecycle = Lifecycle.Planned },
            new(Lamp, "Đèn 1", "lighting", "LC-1") { IntervalSeconds = 60 },
        ];
        await district.Registry.AddManyAsync(devices, Actor, CancellationToken.None);
        return district;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        System.IO.Directory.Delete(Folder, recursive: true);
    }
}
