using System.Net;
using System.Net.Sockets;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>
/// Stands between the platform and its broker, notes what the platform acknowledges, and cuts the link as a dead router does: nothing
/// passes any more, and nobody is told.
/// </summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<ProxyConnection> connections = [];
    private readonly int brokerPort;
    private readonly Task accepting;
    private int accepted;

    public BrokerProxy(int brokerPort)
    {
        this.brokerPort = brokerPort;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections of the platform so far.</summary>
    public int Accepted => Volatile.Read(ref accepted);

    /// <summary>What the platform has acknowledged, as seen on the wire.</summary>
    public AcknowledgedFrames Acknowledged { get; } = new();

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
                var platform = await listener.AcceptTcpClientAsync(stopping.Token);
                Interlocked.Increment(ref accepted);
                var broker = new TcpClient();
                try
                {
                    await broker.ConnectAsync(IPAddress.Loopback, brokerPort, stopping.Token);
                }
                catch (SocketException)
                {
                    // No broker there: the platform sees its connection closed.
                    platform.Dispose();
                    broker.Dispose();
                    continue;
                }

                lock (gate) connections.Add(new ProxyConnection(platform, broker, new PlatformTap(Acknowledged)));
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }
}
