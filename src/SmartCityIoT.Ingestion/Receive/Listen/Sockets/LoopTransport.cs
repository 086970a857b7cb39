using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>Sockets for Kestrel that are read by <see cref="SocketLoop"/>. For Linux alone.</summary>
/// <param name="backlog">Connections that wait to be accepted, as far as the system lets them.</param>
internal sealed class LoopTransport(int backlog) : IConnectionListenerFactory, IDisposable
{
    private readonly SocketLoops loops = new();

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(LoopListener.Bind(loops, endpoint, backlog));

    public void Dispose() => loops.Dispose();
}
