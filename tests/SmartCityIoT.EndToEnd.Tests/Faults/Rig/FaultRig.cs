using System.Diagnostics;
using System.Globalization;
using System.Text;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Faults.Wire;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>
/// The chain under test, with a place for each fault, and the check at its end:
/// <code>
/// LoadPublisher ──▶ mosquitto ──▶ LinkProxy ──▶ platform ──▶ [StoreFront ──▶] influxd
///      └ log of acknowledgements        └ what the platform acknowledged          └ what is stored
/// </code>
/// </summary>
internal sealed class FaultRig : IAsyncDisposable
{
    public const string Database = "faults";

    /// <summary>Time without any progress after which a wait is given up.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder folder = new();
    private readonly List<string> options = [];
    private readonly StringBuilder said = new();
    private StoreFront? front;
    private LinkProxy? link;
    private LoadPublisher? load;
    private PlatformProcess? platform;
    private InfluxdServer? influx;
    private MosquittoServer? broker;

    private FaultRig()
    {
    }

    public InfluxdServer Influx => influx!;

    public MosquittoServer Broker => broker!;

    public LinkProxy Link => link!;

    public StoreFront Front => front!;

    public LoadPublisher Load => load!;

    public PlatformProcess Platform => platform!;

    /// <summary>What every process of the platform has said so far.</summary>
    public string Said => said + Platform.Output;

    /// <summary>
    /// So many that their windows of 1,024 numbers hold all that the broker may send again after a reconnect: mosquitto 2.0.11 does not keep
    /// to Receive Maximum while it has a backlog, since each acknowledgement lets it send that many more.
    /// </summary>
    public static IReadOnlyList<ulong> Devices { get; } = [.. Enumerable.Range(0, 64).Select(i => 0x70b3d57ed0002000ul + (ulong)i)];

    public static Task<FaultRig> StartAsync(params string[] platformOptions) => StartAsync([], platformOptions);

    public static async Task<FaultRig> StartAsync(string[] brokerSettings, string[] platformOptions)
    {
        var rig = new FaultRig();
        try
        {
            rig.influx = await InfluxdServer.StartAsync();
            rig.broker = await MosquittoServer.CreateAsync(brokerSettings);
            rig.link = LinkProxy.ToBroker(rig.broker.Port);
            rig.front = await StoreFront.StartAsync(rig.influx.Url);
            rig.options.AddRange(
            [
                "--SmartCity:Store:Kind", "influx",
                "--SmartCity:Store:Influx:Url", rig.front.Url.ToString(),
                "--SmartCity:Store:Influx:Database", Database,
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

    /// <summary>Starts the platform, again on the same data, and returns when it has subscribed.</summary>
    public async Task StartPlatformAsync()
    {
        if (platform is not null)
        {
            said.Append(platform.Output);
            await platform.DisposeAsync();
        }

        platform = await PlatformProcess.ServeAsync(folder.Path, [.. options]);
        await SubscribedAsync();
    }

    /// <summary>Waits until the platform has acknowledged so many messages more.</summary>
    public async Task FlowsAsync(int more)
    {
        var goal = Link.Acknowledged.Packets + more;
        await ReachAsync(goal, () => Task.FromResult(Link.Acknowledged.Packets), "messages that the platform acknowledged");
    }

    /// <summary>Waits until the store holds so many rows more.</summary>
    public async Task StoresAsync(int more)
    {
        var goal = await StoredFrames.CountAsync(Influx, Database) + more;
        await ReachAsync(goal, () => StoredFrames.CountAsync(Influx, Database), "rows in the store");
    }

    /// <summary>Whether an alert of this rule stands.</summary>
    public async Task<bool> HasAlertAsync(string rule)
    {
        var alerts = await Platform.GetAsync("/api/v1/alerts");
        return alerts.GetProperty("items").EnumerateArray().Any(alert => alert.GetProperty("rule").GetString() == rule);
    }

    public Task AlertAsync(string rule, bool stands) =>
        Eventually.IsAsync(() => HasAlertAsync(rule), has => has == stands, $"the alert {rule}, {(stands ? "standing" : "cleared")}");

    /// <summary>
    /// Ends the load and waits until all of it has arrived; then 0 messages that the broker acknowledged to the publisher are missing, none is
    /// stored twice, none is invented, and the balance closes.
    /// </summary>
    /// <param name="refused">Frames that the store refused for good.</param>
    public async Task<IReadOnlyDictionary<FrameKey, int>> SettleAsync(int refused = 0)
    {
        await Load.QuietAsync();
        var acknowledged = Load.Log.Acknowledged;
        await ReachAsync(acknowledged.Count - refused, () => StoredFrames.CountAsync(Influx, Database), "rows in the store");
        await BalancedAsync();
        var stored = await StoredFrames.ReadAsync(Influx, Database, Devices);
        await CheckAsync(stored, acknowledged.Keys, refused);
        return stored;
    }

    /// <summary>Checks what is stored against what must be there.</summary>
    public async Task CheckAsync(IReadOnlyDictionary<FrameKey, int> stored, IEnumerable<FrameKey> promised, int refused = 0)
    {
        // A refused frame is in the balance when its write has ended, and among the dead letters with the ledger's next commit.
        var letters = await Eventually.IsAsync(() => LetterPile.ReadAsync(Platform), letters => letters.Count >= refused, $"{refused} dead letters");
        var dead = letters.Select(letter => FrameKey.Of(Convert.FromHexString(letter.GetProperty("payload").GetString()!))).ToHashSet();
        var sent = Load.Log.Sent;
        AssertNone(promised.Where(key => !stored.ContainsKey(key) && !dead.Contains(key)), "acknowledged to the publisher and missing");
        AssertNone(Link.Acknowledged.Frames.Where(key => sent.Contains(key) && !stored.ContainsKey(key) && !dead.Contains(key)), "acknowledged by the platform and missing");
        AssertNone(stored.Where(one => one.Value > 1).Select(one => one.Key), "stored more than once");
        AssertNone(stored.Keys.Where(key => !sent.Contains(key)), "stored and never sent");
        var balance = $"{stored.Count} frames are in the store, and the balance is {await Platform.GetAsync("/api/v1/balance")}, with at most {Link.Acknowledged.MostOpen} messages in flight\n{Said}";
        Assert.True(stored.Count == await Platform.BalanceAsync("stored"), balance);
        Assert.True(refused == await Platform.BalanceAsync("refused"), balance);
    }

    /// <summary>Waits until nothing is on its way to the store, and asserts that the balance closes.</summary>
    public async Task BalancedAsync()
    {
        await Eventually.EqualAsync(0, () => Platform.BalanceAsync("waiting"), "frames on their way to the store");
        Assert.True((await Platform.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
    }

    public async ValueTask DisposeAsync()
    {
        if (load is not null) await load.DisposeAsync();
        if (platform is not null) await platform.DisposeAsync();
        if (front is not null) await front.DisposeAsync();
        if (link is not null) await link.DisposeAsync();
        if (broker is not null) await broker.DisposeAsync();
        if (influx is not null) await influx.DisposeAsync();
        folder.Dispose();
    }

    private static void AssertNone(IEnumerable<FrameKey> wrong, string what)
    {
        var list = wrong.ToList();
        Assert.True(list.Count == 0, $"{list.Count} frames {what}: {string.Join(", ", list.Take(10))}");
    }

    /// <summary>Waits for a count, for as long as it still moves.</summary>
    private async Task ReachAsync(long goal, Func<Task<long>> read, string what)
    {
        var still = Stopwatch.StartNew();
        var best = long.MinValue;
        while (true)
        {
            var count = await read();
            if (count >= goal) return;
            if (count > best) still.Restart();
            best = Math.Max(best, count);
            if (still.Elapsed > Standstill) Assert.Fail($"{what}: {count} of {goal}, and no more in {Standstill.TotalSeconds:F0} s. The platform said:\n{Said}");
            await Task.Delay(Interval);
        }
    }

    private async Task SubscribedAsync() => await Eventually.IsAsync(
        () => Task.FromResult(Platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");
}
