using System.Globalization;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>
/// The chain behind a broker, with a place for each fault:
/// <code>
/// LoadPublisher ──▶ mosquitto ──▶ LinkProxy ──▶ platform ──▶ [StoreFront ──▶] influxd
///      └ log of acknowledgements        └ what the platform acknowledged          └ what is stored
/// </code>
/// </summary>
internal sealed class FaultRig : PlatformRig
{
    private LinkProxy? link;
    private LoadPublisher? load;
    private MosquittoServer? broker;

    private FaultRig()
    {
    }

    public MosquittoServer Broker => broker!;

    public LinkProxy Link => link!;

    public LoadPublisher Load => load!;

    public override LoadLog Log => Load.Log;

    /// <summary>
    /// So many that their windows of 1,024 numbers hold all that the broker may send again after a reconnect: mosquitto 2.0.11 does not keep
    /// to Receive Maximum while it has a backlog, since each acknowledgement lets it send that many more.
    /// </summary>
    public static IReadOnlyList<ulong> Devices { get; } = [.. Enumerable.Range(0, 64).Select(i => 0x70b3d57ed0002000ul + (ulong)i)];

    protected override IReadOnlyList<ulong> Senders => Devices;

    protected override long Taken => Link.Acknowledged.Packets;

    protected override IEnumerable<FrameKey> AcknowledgedByPlatform => Link.Acknowledged.Frames;

    protected override string Remark => $", with at most {Link.Acknowledged.MostOpen} messages in flight";

    public static Task<FaultRig> StartAsync(params string[] platformOptions) => StartAsync([], platformOptions);

    public static async Task<FaultRig> StartAsync(string[] brokerSettings, string[] platformOptions)
    {
        var rig = new FaultRig();
        try
        {
            await rig.StartStoreAsync();
            rig.broker = await MosquittoServer.CreateAsync(brokerSettings);
            rig.link = LinkProxy.ToBroker(rig.broker.Port);
            rig.Options.AddRange(
            [
                "--SmartCity:Mqtt:Broker:Host", "127.0.0.1",
                "--SmartCity:Mqtt:Broker:Port", rig.link.Port.ToString(CultureInfo.InvariantCulture),
                "--SmartCity:Mqtt:Broker:MaxReconnectDelay", "00:00:01",
                .. platformOptions,
            ]);
            await rig.StartPlatformAsync();
            foreach (var device in Devices) await rig.Platform.AddDeviceAsync(device.ToString("x16", CultureInfo.InvariantCulture), "water");
            rig.load = LoadPublisher.Connect(rig.broker.Port, Devices);
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    protected override Task QuietAsync() => Load.QuietAsync();

    protected override async Task ReadyAsync() => await Eventually.IsAsync(
        () => Task.FromResult(Platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");

    protected override ValueTask StopLoadAsync() => load?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override async ValueTask CloseWayInAsync()
    {
        if (link is not null) await link.DisposeAsync();
        if (broker is not null) await broker.DisposeAsync();
    }
}
