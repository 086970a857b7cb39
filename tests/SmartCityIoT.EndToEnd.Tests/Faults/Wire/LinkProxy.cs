using System.Net;
using System.Net.Sockets;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>
/// Stands between the platform and its broker, or between a device and the platform, notes what the platform acknowledges, and cuts the link as a
/// dead router does: nothing passes any more, and nobody is told.
/// </summary>
internal sealed class LinkProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<ProxyConnection> connections = [];
    private readonly int serverPort;
    private readonly bool isPlatformServer;
    private readonly Task accepting;
    private volatile PlatformTap? newest;
    private int accepted;
    private bool isDisposed;

    private LinkProxy(int serverPort, bool isPlatformServer)
    {
        this.serverPort = serverPort;
        this.isPlatformServer = isPlatformServer;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>What the platform has acknowledged, as seen on the wire.</summary>
    public AcknowledgedFrames Acknowledged { get; } = new();

    /// <summary>Messages to the platform on the newest connection that it has not acknowledged.</summary>
    public int Open => newest?.Open ?? 0;

    /// <summary>For a platform that connects to its broker.</summary>
    public static LinkProxy ToBroker(int port) => new(port, isPlatformServer: false);

    /// <summary>For devices that connect to the platform.</summary>
    public static LinkProxy ToPlatform(int port) => new(port, isPlatformServer: true);

    /// <summary>Stops forwarding on every connection there is; the sockets stay open. New connections pass.</summary>
    public void Cut(bool up = true, bool down = true)
    {
        lock (gate)
        {
            foreach (var connection in connections) connection.Cut(up, down);
        }
    }

    /// <summary>Closes every connection that was cut, as the operating system does in the end.</summary>
    public async Task DropAsync()
    {
        List<ProxyConnection> cut;
        lock (gate) cut = connections.FindAll(connection => connection.IsCut);
        foreach (var connection in cut) await connection.DisposeAsync();
        lock (gate) connections.RemoveAll(cut.Contains);
    }

    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        await stopping.CancelAsync();
        listener.Dispose();
        await accepting;
        foreach (var connection in connections) await connection.DisposeAsync();
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var caller = await listener.AcceptTcpClientAsync(stopping.Token);
                Interlocked.Increment(ref accepted);
                var server = new TcpClient();
                try
                {
                    await server.ConnectAsync(IPAddress.Loopback, serverPort, stopping.Token);
                }
                catch (SocketException)
                {
                    // Nobody there: the caller sees its connection closed.
                    caller.Dispose();
                    server.Dispose();
                    continue;
                }

                var tap = newest = new PlatformTap(Acknowledged);
                lock (gate)
                {
                    connections.Add(isPlatformServer
                        ? new ProxyConnection(caller, server, tap.ToPlatform, tap.FromPlatform)
                        : new ProxyConnection(caller, server, tap.FromPlatform, tap.ToPlatform));
                }
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }
}
