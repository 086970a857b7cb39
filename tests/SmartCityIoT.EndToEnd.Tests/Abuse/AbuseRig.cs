using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Abuse;

/// <summary>
/// A platform whose port is abused while devices that do nothing wrong publish: what it takes in memory and processor, and what the others notice.
/// </summary>
internal sealed class AbuseRig : IAsyncDisposable
{
    /// <summary>Connections that abuse the port at a time.</summary>
    public const int Crowd = 1_000;

    /// <summary>Megabytes that such a crowd may take beyond what as many take that behave.</summary>
    public const double MostMegabytes = 50;

    /// <summary>Devices that publish meanwhile.</summary>
    private const int Steady = 8;

    private readonly TemporaryFolder folder = new();
    private PlatformProcess? platform;
    private IReadOnlyList<(string Id, string Secret)> steady = [];

    private AbuseRig()
    {
    }

    public PlatformProcess Platform => platform!;

    public int Port => Platform.MqttPort;

    public ProcessWatch Watch => new(Platform);

    /// <summary>Devices with their secrets, for whoever logs in first.</summary>
    public IReadOnlyList<(string Id, string Secret)> Devices { get; private set; } = [];

    /// <summary>Starts a platform with so many devices, and those that publish meanwhile.</summary>
    public static async Task<AbuseRig> StartAsync(int devices, params string[] options)
    {
        OpenFiles.Require(Crowd);
        var rig = new AbuseRig();
        try
        {
            var secrets = await TestFleet.AddAsync(rig.folder.Path, TestFleet.Numbers(devices + Steady));
            rig.platform = await PlatformProcess.ServeAsync(rig.folder.Path, options);
            var all = secrets.Select(one => (TestFleet.Id(one.Key), one.Value)).ToList();
            (rig.steady, rig.Devices) = (all[..Steady], all[Steady..]);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Devices begin to publish.</summary>
    public Task<SteadyDevices> PublishAsync() => SteadyDevices.StartAsync(Port, steady);

    /// <summary>A device logs in and publishes, as ever.</summary>
    public async Task<bool> LetsInAsync()
    {
        var (id, secret) = Devices[0];
        using var device = await DeviceSocket.LogInAsync(Port, id, secret, isVersion5: true);
        await device.SendAsync(Packets.PublishOnce(GoldenFrames.Topic(id), [1], 1, isAgain: false, isVersion5: true));
        var (header, body) = await device.NextAsync();
        return Packets.Kind(header) == Packets.PublishAcknowledge && Packets.Id(body) == 1;
    }

    /// <summary>Asserts that the platform did not fail over anything that came.</summary>
    public void AssertNoDefect() => Assert.DoesNotContain("fail:", Platform.Output, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (platform is not null) await platform.DisposeAsync();
        folder.Dispose();
    }
}
