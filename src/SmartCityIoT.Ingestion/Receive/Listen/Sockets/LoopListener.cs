using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>One port. Whom it accepts it hands to the loops in turn.</summary>
internal sealed class LoopListener : IConnectionListener
{
    /// <summary>Pause when the process has no file left for another connection.</summary>
    private static readonly TimeSpan OutOfFilesPause = TimeSpan.FromMilliseconds(100);

    private readonly SocketLoops loops;
    private readonly Socket listening;

    private LoopListener(SocketLoops loops, Socket listening)
    {
        this.loops = loops;
        this.listening = listening;
        EndPoint = listening.LocalEndPoint!;
    }

    public EndPoint EndPoint { get; }

    /// <exception cref="AddressInUseException">Something else listens there.</exception>
    /// <exception cref="SocketException">The address is none of this machine's, or the port is not allowed.</exception>
    public static LoopListener Bind(SocketLoops loops, EndPoint endpoint, int backlog)
    {
        var listening = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any)) listening.DualMode = true;
            listening.Bind(endpoint);
            listening.Listen(backlog);
            return new LoopListener(loops, listening);
        }
        catch (SocketException problem)
        {
            listening.Dispose();
            if (problem.SocketErrorCode == SocketError.AddressAlreadyInUse) throw new AddressInUseException(problem.Message, problem);
            throw;
        }
    }

    /// <returns>Null when the port is closed.</returns>
    public async ValueTask<LoopConnection?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                using var socket = await listening.AcceptAsync(cancellationToken).ConfigureAwait(false);
                socket.NoDelay = true;
                return loops.Add(socket);
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException problem) when (problem.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted)
            {
                return null;
            }
            catch (Exception problem) when (problem is IOException or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets })
            {
                await Task.Delay(OutOfFilesPause, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException)
            {
                // It had gone before it was accepted.
            }
        }
    }

    async ValueTask<ConnectionContext?> IConnectionListener.AcceptAsync(CancellationToken cancellationToken) =>
        await AcceptAsync(cancellationToken).ConfigureAwait(false);

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        listening.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
