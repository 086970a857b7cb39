using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>One accepted socket: what <see cref="SocketLoop"/> reads goes to whoever has the connection, and what that writes goes to the socket at once.</summary>
internal sealed class LoopConnection : ConnectionContext, IDuplexPipe, IInlineFeature, IConnectionItemsFeature
{
    /// <summary>Time for the other end to take what was written before the connection was closed.</summary>
    private static readonly TimeSpan LingerLimit = TimeSpan.FromSeconds(5);

    private readonly SocketLoop loop;
    private readonly Socket socket;
    private readonly LoopInput input;
    private readonly LoopOutput output;
    private readonly CancellationTokenSource closed = new();
    private IDictionary<object, object?>? items;
    private string? name;
    private int isClosed;

    /// <param name="socket">Accepted, and never used asynchronously. It belongs to the connection from here on.</param>
    /// <param name="number">Unlike any other's, also of those before.</param>
    public LoopConnection(SocketLoop loop, Socket socket, long number)
    {
        this.loop = loop;
        this.socket = socket;
        Number = number;
        Descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        input = new LoopInput(loop, Descriptor, TellEnd);
        output = new LoopOutput(Descriptor);
        Transport = this;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = closed.Token;
        Features.Set<IInlineFeature>(this);
        Features.Set<IConnectionItemsFeature>(this);
    }

    public long Number { get; }

    /// <summary>The socket's, as long as the connection is open.</summary>
    public int Descriptor { get; }

    public PipeReader Input => input;

    public PipeWriter Output => output;

    public override IDuplexPipe Transport { get; set; }

    public override string ConnectionId
    {
        get => name ??= Number.ToString("x", CultureInfo.InvariantCulture);
        set => name = value;
    }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items
    {
        get => items ??= new Dictionary<object, object?>();
        set => items = value;
    }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public void GoInline()
    {
        input.GoInline();
        output.GoInline();
    }

    /// <summary>Closes both ways; what the other end has not taken is forgotten, by the system too.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        output.Abort(socket);
        input.End();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0) return;
        await base.DisposeAsync().ConfigureAwait(false);
        await input.CompleteAsync().ConfigureAwait(false);
        await output.CompleteAsync().ConfigureAwait(false);
        if (output.WhenSentAsync() is { IsCompleted: false } sending) await Task.WhenAny(sending, Task.Delay(LingerLimit)).ConfigureAwait(false);
        loop.Remove(this);
        input.Close();
        output.Close();
        socket.Dispose();
    }

    /// <summary>On the loop's thread.</summary>
    public void OnEvent(uint mask)
    {
        const uint end = LinuxSocket.EndOfStream | LinuxSocket.Failed | LinuxSocket.HungUp;
        if ((mask & (LinuxSocket.Writable | end)) != 0) output.OnWritable();
        if ((mask & (LinuxSocket.Readable | end)) != 0) input.OnReadable(isEnd: (mask & end) != 0);
    }

    /// <summary>Tells those who wait for the connection's end, on a thread of the pool: they may be anybody.</summary>
    private void TellEnd() => ThreadPool.UnsafeQueueUserWorkItem(
        static source =>
        {
            try
            {
                source.Cancel();
            }
            catch (AggregateException)
            {
                // What one of them does wrong is not the others' end, nor the process's.
            }
        },
        closed,
        preferLocal: false);
}
