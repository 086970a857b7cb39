using System.Net;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// A port for TCP without TLS, on Linux: its connections go from their sockets straight to the door. What Kestrel keeps for each of them, 1.1 KB, and does for
/// each, has no use here.
/// </summary>
internal sealed partial class PlainPort : IAsyncDisposable
{
    private readonly LoopListener listener;
    private readonly DeviceDoor door;
    private readonly ILogger logger;
    private readonly Task accepting;
    private int open;

    /// <param name="listener">Belongs to the port from here on.</param>
    public PlainPort(LoopListener listener, DeviceDoor door, ILogger logger)
    {
        this.listener = listener;
        this.door = door;
        this.logger = logger;
        accepting = AcceptAsync();
    }

    /// <summary>Accepts nobody any more, and waits for the connections that the door has ended.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await listener.UnbindAsync(cancellation).ConfigureAwait(false);
        await accepting.ConfigureAwait(false);
        while (Volatile.Read(ref open) > 0 && !cancellation.IsCancellationRequested)
        {
            await Task.Delay(10, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public ValueTask DisposeAsync() => listener.DisposeAsync();

    private async Task AcceptAsync()
    {
        while (await listener.AcceptAsync(CancellationToken.None).ConfigureAwait(false) is { } connection)
        {
            Interlocked.Increment(ref open);
            _ = ServeAsync(connection);
        }
    }

    private async Task ServeAsync(LoopConnection connection)
    {
        var admission = door.Admit((connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None);
        try
        {
            if (admission is not null)
            {
                connection.GoInline();
                await door.ServeAsync(connection, admission, certificate: null).ConfigureAwait(false);
            }
        }
        catch (Exception defect)
        {
            LogDefect(defect, connection.RemoteEndPoint);
        }

        if (admission is not null) door.Leave(admission);
        await connection.DisposeAsync().ConfigureAwait(false);
        Interlocked.Decrement(ref open);
    }

    [LoggerMessage(2004, LogLevel.Error, "A connection of {Remote} ended by a defect")]
    private partial void LogDefect(Exception defect, EndPoint? remote);
}
