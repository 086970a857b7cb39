using System.Globalization;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Servers;

/// <summary>A real mosquitto on loopback that drops nothing: its queues have no limit, and nothing is kept on disk.</summary>
internal sealed class MosquittoServer : IAsyncDisposable
{
    private static readonly TimeSpan SubscribeLimit = TimeSpan.FromSeconds(30);

    /// <summary>Silence that tells that whoever subscribes has no more to subscribe.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(300);

    private readonly string folder = Directory.CreateTempSubdirectory("smartcity-load-mosquitto-").FullName;
    private ServerProcess? process;
    private int subscriptions;

    private MosquittoServer()
    {
    }

    public int Port { get; } = ServerProcess.FreePort();

    public ProcessUsage Usage => process!.Usage;

    public static async Task<MosquittoServer> StartAsync(CancellationToken cancellation)
    {
        var server = new MosquittoServer();
        var configuration = Path.Combine(server.folder, "mosquitto.conf");
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"listener {server.Port} 127.0.0.1"),
            "allow_anonymous true",
            "persistence false",
            "max_queued_messages 0",
            "max_inflight_messages 0",
            "set_tcp_nodelay true",
            "sys_interval 0",
            "log_type error",
            "log_type warning",
            "log_type subscribe",
            .. Environment.IsPrivilegedProcess ? ["user root"] : Array.Empty<string>(),
        ];
        try
        {
            await File.WriteAllLinesAsync(configuration, lines, cancellation).ConfigureAwait(false);
            server.process = await ServerProcess.StartAsync(
                ServerProcess.Find("mosquitto", "mosquitto"),
                ["-c", configuration],
                () => ServerProcess.AcceptsAsync(server.Port),
                cancellation,
                line => { if (line.Contains("sc/v1/", StringComparison.Ordinal)) Interlocked.Increment(ref server.subscriptions); }).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until somebody has subscribed at the devices' topics: what is published before that is for nobody.</summary>
    public async Task SubscribedAsync(CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        for (var seen = 0; ; seen = Volatile.Read(ref subscriptions))
        {
            await Task.Delay(Settled, cancellation).ConfigureAwait(false);
            if (seen > 0 && seen == Volatile.Read(ref subscriptions)) return;
            if (TimeProvider.System.GetElapsedTime(from) > SubscribeLimit) throw new LoadTestException("nobody subscribed at mosquitto in time");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);
    }
}
