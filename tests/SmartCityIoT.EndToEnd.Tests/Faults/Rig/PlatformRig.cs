using System.Diagnostics;
using System.Text;
using SmartCityIoT.EndToEnd.Tests.Faults.Load;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Rig;

/// <summary>The platform under test with its store, and the check at the end, whichever way the messages come in.</summary>
internal abstract class PlatformRig : IAsyncDisposable
{
    public const string Database = "faults";

    /// <summary>Time without any progress after which a wait is given up.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly TemporaryFolder folder = new();
    private readonly StringBuilder said = new();
    private StoreFront? front;
    private PlatformProcess? platform;
    private InfluxdServer? influx;

    public InfluxdServer Influx => influx!;

    public StoreFront Front => front!;

    public PlatformProcess Platform => platform!;

    /// <summary>What every process of the platform has said so far.</summary>
    public string Said => said + Platform.Output;

    /// <summary>What was sent, and what of it was acknowledged to the sender.</summary>
    public abstract LoadLog Log { get; }

    /// <summary>The devices that send.</summary>
    protected abstract IReadOnlyList<ulong> Senders { get; }

    protected string DataDirectory => folder.Path;

    /// <summary>What every process of the platform is started with.</summary>
    protected List<string> Options { get; } = [];

    /// <summary>Starts the platform, again on the same data, and returns when messages can reach it.</summary>
    public async Task StartPlatformAsync()
    {
        if (platform is not null)
        {
            said.Append(platform.Output);
            await platform.DisposeAsync();
        }

        platform = await PlatformProcess.ServeAsync(folder.Path, [.. Options]);
        await ReadyAsync();
    }

    /// <summary>Waits until the platform has acknowledged so many messages more.</summary>
    public async Task FlowsAsync(int more)
    {
        var goal = Taken + more;
        await ReachAsync(goal, () => Task.FromResult(Taken), "messages that the platform acknowledged");
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
    /// Ends the load and waits until all of it has arrived; then 0 messages that were acknowledged to their sender are missing, none is
    /// stored twice, none is invented, and the balance closes.
    /// </summary>
    /// <param name="refused">Frames that the store refused for good.</param>
    public async Task<IReadOnlyDictionary<FrameKey, int>> SettleAsync(int refused = 0)
    {
        await QuietAsync();
        var acknowledged = Log.Acknowledged;
        await ReachAsync(acknowledged.Count - refused, () => StoredFrames.CountAsync(Influx, Database), "rows in the store");
        await BalancedAsync();
        var stored = await StoredFrames.ReadAsync(Influx, Database, Senders);
        await CheckAsync(stored, acknowledged.Keys, refused);
        return stored;
    }

    /// <summary>Checks what is stored against what must be there.</summary>
    public async Task CheckAsync(IReadOnlyDictionary<FrameKey, int> stored, IEnumerable<FrameKey> promised, int refused = 0)
    {
        // A refused frame is in the balance when its write has ended, and among the dead letters with the ledger's next commit.
        var letters = await Eventually.IsAsync(() => LetterPile.ReadAsync(Platform), letters => letters.Count >= refused, $"{refused} dead letters");
        var dead = letters.Select(letter => FrameKey.Of(Convert.FromHexString(letter.GetProperty("payload").GetString()!))).ToHashSet();
        var sent = Log.Sent;
        AssertNone(promised.Where(key => !stored.ContainsKey(key) && !dead.Contains(key)), "acknowledged to the publisher and missing");
        AssertNone(AcknowledgedByPlatform.Where(key => sent.Contains(key) && !stored.ContainsKey(key) && !dead.Contains(key)), "acknowledged by the platform and missing");
        AssertNone(stored.Where(one => one.Value > 1).Select(one => one.Key), "stored more than once");
        AssertNone(stored.Keys.Where(key => !sent.Contains(key)), "stored and never sent");

        // The balance is saved some seconds after the store has answered.
        await Eventually.IsAsync(
            async () => (Stored: await Platform.BalanceAsync("stored"), Refused: await Platform.BalanceAsync("refused")),
            balance => balance == (stored.Count, refused),
            $"a balance of {stored.Count} stored and {refused} refused{Remark}");
    }

    /// <summary>Waits until nothing is on its way to the store, and asserts that the balance closes.</summary>
    public async Task BalancedAsync()
    {
        await Eventually.EqualAsync(0, () => Platform.BalanceAsync("waiting"), "frames on their way to the store");
        Assert.True((await Platform.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
    }

    public async ValueTask DisposeAsync()
    {
        await StopLoadAsync();
        if (platform is not null) await platform.DisposeAsync();
        if (front is not null) await front.DisposeAsync();
        await CloseWayInAsync();
        if (influx is not null) await influx.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Messages that the platform has acknowledged.</summary>
    protected abstract long Taken { get; }

    /// <summary>Frames that the platform acknowledged to whoever brought them, where that is not their sender.</summary>
    protected abstract IEnumerable<FrameKey> AcknowledgedByPlatform { get; }

    /// <summary>What else a failed check says.</summary>
    protected abstract string Remark { get; }

    /// <summary>Sends nothing more, and returns when all that was sent is acknowledged.</summary>
    protected abstract Task QuietAsync();

    /// <summary>Returns when messages can reach a platform that has just been started.</summary>
    protected abstract Task ReadyAsync();

    protected abstract ValueTask StopLoadAsync();

    protected abstract ValueTask CloseWayInAsync();

    /// <summary>Starts the store; the options then lead to it.</summary>
    protected async Task StartStoreAsync()
    {
        influx = await InfluxdServer.StartAsync();
        front = await StoreFront.StartAsync(influx.Url);
        Options.AddRange(["--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Url", front.Url.ToString(), "--SmartCity:Store:Influx:Database", Database]);
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
}
