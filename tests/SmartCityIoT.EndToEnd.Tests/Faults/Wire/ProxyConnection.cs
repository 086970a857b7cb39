using System.Net.Sockets;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>One connection through a <see cref="LinkProxy"/>: two pumps, each of which can be stopped.</summary>
internal sealed class ProxyConnection : IAsyncDisposable
{
    private readonly TcpClient caller;
    private readonly TcpClient server;
    private readonly CancellationTokenSource cutUp = new();
    private readonly CancellationTokenSource cutDown = new();
    private readonly Task up;
    private readonly Task down;

    public ProxyConnection(TcpClient caller, TcpClient server, Action<ReadOnlyMemory<byte>> tapUp, Action<ReadOnlyMemory<byte>> tapDown)
    {
        this.caller = caller;
        this.server = server;
        caller.NoDelay = true;
        server.NoDelay = true;
        up = PumpAsync(caller, server, tapUp, cutUp.Token);
        down = PumpAsync(server, caller, tapDown, cutDown.Token);
    }

    public bool IsCut => cutUp.IsCancellationRequested || cutDown.IsCancellationRequested;

    public void Cut(bool isUp, bool isDown)
    {
        if (isUp) cutUp.Cancel();
        if (isDown) cutDown.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        caller.Dispose();
        server.Dispose();
        await Task.WhenAll(up, down);
        cutUp.Dispose();
        cutDown.Dispose();
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Action<ReadOnlyMemory<byte>> tap, CancellationToken cut)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var length = await from.GetStream().ReadAsync(buffer, cut);

                // What was read is read: it passes, or the link was cut with it inside.
                if (length == 0 || cut.IsCancellationRequested) break;
                tap(buffer.AsMemory(0, length));
                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), cut);
            }
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One end is gone, or the link is cut.
        }

        // An end that closes closes the other, but not through a link that is cut.
        if (IsCut) return;
        from.Dispose();
        to.Dispose();
    }
}
