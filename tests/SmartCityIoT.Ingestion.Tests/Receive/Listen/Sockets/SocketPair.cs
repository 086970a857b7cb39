using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion.Receive.Listen.Sockets;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Sockets;

/// <summary>A client's socket and the connection that a transport made of the other end: the platform's own, or Kestrel's, which shows what is meant.</summary>
internal sealed class SocketPair : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly IConnectionListenerFactory factory;
    private readonly IConnectionListener listener;

    private SocketPair(IConnectionListenerFactory factory, IConnectionListener listener, Socket client, ConnectionContext connection)
    {
        this.factory = factory;
        this.listener = listener;
        Client = client;
        Connection = connection;
    }

    public Socket Client { get; }

    public ConnectionContext Connection { get; }

    public PipeReader Input => Connection.Transport.Input;

    public PipeWriter Output => Connection.Transport.Output;

    public static IConnectionListenerFactory Factory(Transport transport) => transport == Transport.Kestrel
        ? new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance)
        : new LoopTransport(backlog: 128);

    public static IPEndPoint AnyPort { get; } = new(IPAddress.Loopback, 0);

    public static async Task<SocketPair> OpenAsync(Transport transport)
    {
        var factory = Factory(transport);
        var listener = await factory.BindAsync(AnyPort);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var accepting = listener.AcceptAsync();
        await client.ConnectAsync(listener.EndPoint);
        var connection = (await accepting)!;
        if (transport == Transport.LoopInline) connection.Features.Get<IInlineFeature>()!.GoInline();
        return new SocketPair(factory, listener, client, connection);
    }

    /// <summary>What the client sends, until there is so much of it or it ends.</summary>
    public async Task<byte[]> ReadAsync(int length)
    {
        var got = new ArrayBufferWriter<byte>();
        while (got.WrittenCount < length)
        {
            var read = await Input.ReadAsync().AsTask().WaitAsync(Limit);
            foreach (var part in read.Buffer) got.Write(part.Span);
            Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        return got.WrittenSpan.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Close(timeout: 0);
        await Connection.DisposeAsync();
        await listener.UnbindAsync();
        await listener.DisposeAsync();
        (factory as IDisposable)?.Dispose();
    }
}
