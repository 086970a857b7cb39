using System.IO.Pipelines;
using System.Net.WebSockets;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>
/// MQTT over a WebSocket (MQTT 5 section 6) as a pair of pipes. Packets may begin and end anywhere in the frames [MQTT-6.0.0-2]; a text frame ends
/// the connection [MQTT-6.0.0-1].
/// </summary>
internal sealed class WebSocketTransport : IDeviceTransport
{
    /// <summary>Bytes that are read ahead of whoever reads the packets, and written ahead of the client.</summary>
    private const int PauseBytes = 64 * 1024;

    /// <summary>Time for the client to answer a close.</summary>
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(2);

    private static readonly PipeOptions Options = new(pauseWriterThreshold: PauseBytes, resumeWriterThreshold: PauseBytes / 2, useSynchronizationContext: false);

    private readonly WebSocket socket;
    private readonly Pipe received = new(Options);
    private readonly Pipe sent = new(Options);

    public WebSocketTransport(WebSocket socket) => this.socket = socket;

    public PipeReader Input => received.Reader;

    public PipeWriter Output => sent.Writer;

    public void Abort() => socket.Abort();

    /// <summary>Carries bytes both ways until the client has gone, or what was to be sent is complete.</summary>
    public async Task RunAsync()
    {
        var receiving = ReceiveAsync();
        await SendAsync().ConfigureAwait(false);

        // The client answers the close; one that does not has had its time.
        await receiving.WaitAsync(CloseLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Abort();
        await receiving.ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(received.Writer.GetMemory(), CancellationToken.None).ConfigureAwait(false);
                if (read.MessageType != WebSocketMessageType.Binary) break;
                received.Writer.Advance(read.Count);
                if ((await received.Writer.FlushAsync().ConfigureAwait(false)).IsCompleted) break;
            }
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The client has gone, which the end of the pipe says.
        }

        await received.Writer.CompleteAsync().ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var read = await sent.Reader.ReadAsync().ConfigureAwait(false);
                foreach (var part in read.Buffer) await socket.SendAsync(part, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None).ConfigureAwait(false);
                sent.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            using var limit = new CancellationTokenSource(CloseLimit);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, limit.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The client has gone.
        }

        await sent.Reader.CompleteAsync().ConfigureAwait(false);
    }
}
