using System.Diagnostics;
using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Platform;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>
/// The chain of devices that connect straight to the platform's port:
/// <code>
/// DeviceLoad: a connection and a login for each device ──▶ platform ──▶ influxd
///      └ log of acknowledgements                                          └ what is stored
/// </code>
/// </summary>
internal sealed class DoorRig : PlatformRig
{
    /// <summary>How soon every device must be logged in again after the platform ended, its new start included.</summary>
    private static readonly TimeSpan BackLimit = TimeSpan.FromSeconds(60);

    private readonly IReadOnlyList<ulong> senders;
    private DeviceLoad? load;

    private DoorRig(int devices) => senders = TestFleet.Numbers(devices);

    public DeviceLoad Load => load!;

    public override LoadLog Log => Load.Log;

    protected override IReadOnlyList<ulong> Senders => senders;

    protected override long Taken => Log.AcknowledgedCount;

    /// <summary>Nobody stands between the devices and the platform.</summary>
    protected override IEnumerable<FrameKey> AcknowledgedByPlatform => [];

    protected override string Remark => $", and {Log.Refused} messages were answered with a refusal";

    public static async Task<DoorRig> StartAsync(int devices)
    {
        OpenFiles.Require(devices);
        var rig = new DoorRig(devices);
        try
        {
            var port = FixedPort.Find();
            await rig.StartStoreAsync();
            rig.Options.AddRange(["--SmartCity:Mqtt:Listen:Port", port.ToString(CultureInfo.InvariantCulture)]);
            var secrets = await TestFleet.AddAsync(rig.DataDirectory, rig.senders);
            await rig.StartPlatformAsync();
            rig.load = DeviceLoad.Connect(port, secrets);
            await rig.AllInAsync(Stopwatch.StartNew());
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every device is logged in.</summary>
    /// <param name="since">When they were cut off.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> AllInAsync(Stopwatch since)
    {
        while (Load.In < senders.Count)
        {
            if (since.Elapsed > BackLimit) Assert.Fail($"{Load.In} of {senders.Count} devices are logged in after {BackLimit.TotalSeconds:F0} s. The platform said:\n{Said}");
            await Task.Delay(20);
        }

        return since.Elapsed;
    }

    protected override Task QuietAsync() => Load.QuietAsync();

    /// <summary>Devices find a platform by themselves.</summary>
    protected override Task ReadyAsync() => Task.CompletedTask;

    protected override ValueTask StopLoadAsync() => load?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override ValueTask CloseWayInAsync() => ValueTask.CompletedTask;
}
