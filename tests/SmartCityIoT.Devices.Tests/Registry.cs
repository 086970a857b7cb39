using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using SmartCityIoT.Devices.Credentials;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Devices.Tests;

/// <summary>A real registry on real files, in a folder that lasts as long as the test.</summary>
internal sealed class Registry : IAsyncDisposable
{
    public const string Actor = "tester";
    public const ulong DeviceA = 0x70b3d57ed0001001;
    public const ulong DeviceB = 0x70b3d57ed0001002;

    private readonly bool ownsFolder;
    private readonly ServiceProvider services;

    private Registry(string folder, bool ownsFolder, FakeTimeProvider clock, Dictionary<string, string?> settings)
    {
        Folder = folder;
        Clock = clock;
        this.ownsFolder = ownsFolder;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(Sectors)
            .AddDevices(configuration, folder)
            .BuildServiceProvider();
    }

    public static SectorCatalog Sectors { get; } = new([Pack(1, "traffic"), Pack(2, "water"), Pack(3, "lighting")]);

    public string Folder { get; }

    public FakeTimeProvider Clock { get; }

    public IServiceProvider Services => services;

    public DeviceRegistry Devices => services.GetRequiredService<DeviceRegistry>();

    public DeviceDirectory Directory => services.GetRequiredService<DeviceDirectory>();

    public DownlinkQueue Downlink => services.GetRequiredService<DownlinkQueue>();

    public CredentialVerifier Verifier => services.GetRequiredService<CredentialVerifier>();

    /// <summary>Whether the device may log in with that secret.</summary>
    public bool LetsIn(ulong device, string secret) =>
        Verifier.LogIn(Encoding.ASCII.GetBytes(DeviceId.Format(device)), Encoding.UTF8.GetBytes(secret)) is { } account && account.Device == device;

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<Registry> OpenAsync(params (string Key, string Value)[] settings)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("smartcity-devices-").FullName;
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-03-01T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
        return await OpenInAsync(folder, clock, settings.ToDictionary(each => each.Key, each => (string?)each.Value));
    }

    /// <summary>A registry in a folder that has something in it.</summary>
    public static Task<Registry> OpenInAsync(string folder) => OpenInAsync(folder, new FakeTimeProvider(), []);

    /// <summary>Another registry on the same files, as another process opens it.</summary>
    public async Task<Registry> OpenAnotherAsync()
    {
        var another = new Registry(Folder, false, Clock, []);
        await another.Devices.InitialiseAsync(CancellationToken.None);
        return another;
    }

    public static NewDevice Water(ulong id, string? site = null, string? area = null) => new(id, "Đồng hồ " + id % 100, "water", "WM-20")
    {
        Site = site is null ? null : new NewSite(site, "Trạm " + site, 12.67, 108.04, area),
    };

    public Task<ProvisionedDevice> AddAsync(NewDevice device) => Devices.AddAsync(device, Actor, CancellationToken.None);

    public DeviceEntry Entry(ulong device) =>
        Directory.TryGet(device, out var entry) ? entry : throw new InvalidOperationException("the directory lacks the device");

    /// <summary>Runs the service that a host runs, advancing the clock, until something holds or half a minute has passed.</summary>
    public async Task RunUpkeepUntilAsync(Func<bool> holds)
    {
        var upkeep = services.GetServices<IHostedService>().Single();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await upkeep.StartAsync(deadline.Token);
        while (!holds())
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, deadline.Token);
        }

        await upkeep.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (ownsFolder && System.IO.Directory.Exists(Folder)) System.IO.Directory.Delete(Folder, recursive: true);
    }

    private static async Task<Registry> OpenInAsync(string folder, FakeTimeProvider clock, Dictionary<string, string?> settings)
    {
        var registry = new Registry(folder, true, clock, settings);
        try
        {
            await registry.Devices.InitialiseAsync(CancellationToken.None);
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    private static SectorPack Pack(byte number, string name) => new()
    {
        Sector = number,
        Name = name,
        Version = "1",
        LabelVi = name,
        LabelEn = name,
        Schemas = [],
    };
}
