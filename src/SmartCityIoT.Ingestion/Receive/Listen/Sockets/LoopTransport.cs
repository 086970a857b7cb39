using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>Sockets for Kestrel, and for whoever needs no Kestrel, that are read by <see cref="SocketLoop"/>. For Linux alone.</summary>
/// <param name="backlog">Connections that wait to be accepted, as far as the system lets them.</param>
internal sealed class LoopTransport(int backlog) : IConnectionListenerFactory, IDisposable
{
    private readonly SocketLoops loops = new();

    /// <exception cref="AddressInUseException">Something else listens there.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The address is none of this machine's, or the port is not allowed.</exception>
    public LoopListener Bind(EndPoint endpoint) => LoopListener.Bind(loops, endpoint, backlog);

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(Bind(endpoint));

    public void Dispose() => loops.Dispose();
}
