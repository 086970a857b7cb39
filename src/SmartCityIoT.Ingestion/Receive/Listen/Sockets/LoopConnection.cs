using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace SmartCityIoT.Ingestion.Receive.Listen.Sockets;

/// <summary>
/// One accepted socket: what <see cref="SocketLoop"/> reads goes to whoever has the connection, and what that writes goes to the socket at once. What only
/// Kestrel asks for is made when it does.
/// </summary>
internal sealed class LoopConnection : ConnectionContext, IDeviceTransport, IInlineFeature, IConnectionItemsFeature
{
    /// <summary>Time for the other end to take what was written before the connection was closed.</summary>
    private static readonly TimeSpan LingerLimit = TimeSpan.FromSeconds(5);

    private readonly SocketLoop loop;
    private readonly LoopInput input;
    private readonly LoopOutput output;
    private CancellationTokenSource? closed;
    private IFeatureCollection? features;
    private IDictionary<object, object?>? items;
    private IDuplexPipe? transport;
    private string? name;
    private int isClosed;
    private volatile bool isEnded;

    /// <param name="socket">Accepted, and never used asynchronously. The connection has a descriptor of its own: it needs nothing of what is kept for a socket.</param>
    /// <param name="number">Unlike any other's, also of those before.</param>
    /// <exception cref="SocketException">It is connected no more.</exception>
    /// <exception cref="IOException">The process has no file left.</exception>
    public LoopConnection(SocketLoop loop, Socket socket, long number)
    {
        this.loop = loop;
        Number = number;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Descriptor = LinuxSocket.Duplicate((int)socket.SafeHandle.DangerousGetHandle());
        input = new LoopInput(loop, Descriptor, this);
        output = new LoopOutput(Descriptor);
    }

    public long Number { get; }

    /// <summary>The socket's, as long as the connection is open.</summary>
    public int Descriptor { get; }

    public PipeReader Input => input;

    public PipeWriter Output => output;

    public override IDuplexPipe Transport
    {
        get => transport ?? this;
        set => transport = value;
    }

    public override string ConnectionId
    {
        get => name ??= Number.ToString("x", CultureInfo.InvariantCulture);
        set => name = value;
    }

    public override IFeatureCollection Features => features ??= MakeFeatures();

    public override IDictionary<object, object?> Items
    {
        get => items ??= new Dictionary<object, object?>();
        set => items = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => WhenClosed().Token;
        set => throw new NotSupportedException();
    }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public void GoInline()
    {
        input.GoInline();
        output.GoInline();
    }

    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    /// <summary>Closes both ways; what the other end has not taken is forgotten, by the system too.</summary>
    public override void Abort()
    {
        output.Abort();
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
        LinuxSocket.Close(Descriptor);
    }

    /// <summary>On the loop's thread.</summary>
    public void OnEvent(uint mask)
    {
        const uint end = LinuxSocket.EndOfStream | LinuxSocket.Failed | LinuxSocket.HungUp;
        if ((mask & (LinuxSocket.Writable | end)) != 0) output.OnWritable();
        if ((mask & (LinuxSocket.Readable | end)) != 0) input.OnReadable(isEnd: (mask & end) != 0);
    }

    /// <summary>The other end sends no more: tells those who wait for that, on a thread of the pool, since they may be anybody.</summary>
    public void TellEnd()
    {
        isEnded = true;
        Interlocked.MemoryBarrier();
        if (closed is { } waiting) Cancel(waiting);
    }

    /// <summary>Made on one thread while another may tell the end: whichever is later cancels it.</summary>
    private CancellationTokenSource WhenClosed()
    {
        if (closed is { } made) return made;
        var source = LazyInitializer.EnsureInitialized(ref closed);
        if (isEnded) Cancel(source);
        return source;
    }

    private static void Cancel(CancellationTokenSource source) => ThreadPool.UnsafeQueueUserWorkItem(
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
        source,
        preferLocal: false);

    private FeatureCollection MakeFeatures()
    {
        var made = new FeatureCollection();
        made.Set<IInlineFeature>(this);
        made.Set<IConnectionItemsFeature>(this);
        return made;
    }
}
