using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.LoadTest.Servers;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>
/// What the broker delivers to a receiver that only counts, while the store gets the load that it would have: the ceiling. For each message that came
/// one line goes to the store, encoded before.
/// </summary>
internal sealed class CountingContender : IContender
{
    public const string ContenderName = "counting";

    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(1);

    private readonly Subscriber subscriber;
    private readonly LineLoad store;

    private CountingContender(Subscriber subscriber, LineLoad store)
    {
        this.subscriber = subscriber;
        this.store = store;
    }

    public string Name => ContenderName;

    public string Database => LineLoad.Database;

    public bool Stores => false;

    public ProcessUsage? Usage => null;

    public static async Task<CountingContender> StartAsync(LoadDistrict district, int brokerPort, ILoadStore store, CancellationToken cancellation)
    {
        var load = await LineLoad.StartAsync(district, store, cancellation).ConfigureAwait(false);
        var subscriber = new Subscriber(_ => load.AddOne(), Gather);
        await subscriber.OpenAsync(brokerPort, "sc/v1/+/+/up", 1, cancellation).ConfigureAwait(false);
        return new CountingContender(subscriber, load);
    }

    public Task<long> ReceivedAsync(CancellationToken cancellation) =>
        subscriber.Problem is { } problem ? throw new LoadTestException("the counting receiver: " + problem) : Task.FromResult(subscriber.Received);

    public async ValueTask DisposeAsync()
    {
        store.Stop();
        await subscriber.DisposeAsync().ConfigureAwait(false);
        await store.DisposeAsync().ConfigureAwait(false);
    }
}
