using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using SmartCityIoT.Mqtt;
using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.LoadTest.Listen;

/// <summary>The connection of one device, logged in. One thread at a time reads, one writes.</summary>
internal sealed class DeviceLink : IDisposable
{
    private const ProtocolVersion Version = ProtocolVersion.V5;

    /// <summary>As long as an attempt may take, all of it: a device would give up, too.</summary>
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(20);

    private readonly Socket socket;
    private readonly byte[] buffer;
    private Stream stream = Stream.Null;
    private int start, end;
    private bool isTaken;

    private DeviceLink(Socket socket, int bufferBytes)
    {
        this.socket = socket;
        buffer = new byte[bufferBytes];
    }

    /// <summary>Messages that the server lets the device have in flight.</summary>
    public int ReceiveMaximum { get; private set; }

    /// <summary>Silence after which the server would close; null where it asks for none.</summary>
    public TimeSpan? KeepAlive { get; private set; }

    /// <param name="source">Loopback address that the device comes from.</param>
    /// <param name="bufferBytes">Room for what comes: nothing but acknowledgements.</param>
    /// <param name="sockets">Reads the socket, where there are messages to exchange; null leaves it to the runtime.</param>
    /// <exception cref="DeviceRefusedException">The server closes, refuses, or does not answer in time.</exception>
    public static async Task<DeviceLink> OpenAsync(DoorAddress door, DeviceLogin login, IPAddress source, int bufferBytes, DeviceSockets? sockets, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(OpenLimit);
        var link = new DeviceLink(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, bufferBytes);
        try
        {
            link.socket.Bind(new IPEndPoint(source, 0));
            link.stream = await link.ConnectAsync(door, sockets, limit.Token).ConfigureAwait(false);
            if (door.Certificate is not null) await link.ShakeHandsAsync(door, limit.Token).ConfigureAwait(false);
            await link.stream.WriteAsync(login.Connect, limit.Token).ConfigureAwait(false);
            while (!link.TakeWelcome())
            {
                if (!await link.FillAsync(limit.Token).ConfigureAwait(false)) throw new DeviceRefusedException("the server closed the connection before it answered the login");
            }

            return link;
        }
        catch (Exception problem)
        {
            link.Dispose();
            cancellation.ThrowIfCancellationRequested();
            if (problem is OperationCanceledException) throw new DeviceRefusedException($"no answer to the login within {OpenLimit.TotalSeconds:0} s");
            if (problem is SocketException or IOException or AuthenticationException) throw new DeviceRefusedException(problem.Message);
            throw;
        }
    }

    /// <summary>Writes whole packets in one piece, on the caller's thread.</summary>
    public void Write(ReadOnlySpan<byte> packets) => stream.Write(packets);

    /// <summary>Writes whole packets in one piece.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> packets) => stream.WriteAsync(packets);

    /// <summary>Waits for more bytes.</summary>
    /// <returns>False when the server has closed.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length) throw new InvalidDataException($"a packet of the server is larger than {buffer.Length} bytes");
        var read = await stream.ReadAsync(buffer.AsMemory(end), cancellation).ConfigureAwait(false);
        end += read;
        return read > 0;
    }

    /// <summary>Takes the next packet of those that have come.</summary>
    /// <param name="body">What stands behind its fixed header; valid until more is waited for.</param>
    /// <exception cref="InvalidDataException">What came is no MQTT.</exception>
    public bool TryTake(out FixedHeader header, out ReadOnlySpan<byte> body)
    {
        var status = PacketFramer.TryRead(buffer.AsSpan(start, end - start), Version, buffer.Length, out header, out body);
        if (status == PacketStatus.NeedMore) return false;
        if (status != PacketStatus.Ok) throw new InvalidDataException($"what came is no packet: {status}");
        start += header.PacketLength;
        return true;
    }

    /// <summary>Ends as a connection does whose network is gone: without a word, and nothing stays behind at this end.</summary>
    public void Dispose()
    {
        if (!isTaken) socket.Close(timeout: 0);
        stream.Dispose();
    }

    private async Task<Stream> ConnectAsync(DoorAddress door, DeviceSockets? sockets, CancellationToken cancellation)
    {
        isTaken = sockets is not null;
        if (sockets is not null) return sockets.Connect(socket, door.EndPoint);
        await socket.ConnectAsync(door.EndPoint, cancellation).ConfigureAwait(false);
        return new NetworkStream(socket);
    }

    private async Task ShakeHandsAsync(DoorAddress door, CancellationToken cancellation)
    {
        var tls = new SslStream(stream);
        stream = tls;
        await tls.AuthenticateAsClientAsync(door.Tls, cancellation).ConfigureAwait(false);
    }

    private bool TakeWelcome()
    {
        if (!TryTake(out var header, out var body)) return false;
        if (header.Type != PacketType.ConnAck || ConnAckPacket.TryRead(body, Version, out var answer) != PacketStatus.Ok) throw new InvalidDataException("the first packet of the server is no CONNACK");
        if (answer.ReasonCode != ReasonCode.Success) throw new DeviceRefusedException($"the login is refused: {answer.ReasonCode}");
        ReceiveMaximum = answer.ReceiveMaximum;
        if (answer.ServerKeepAlive > 0) KeepAlive = TimeSpan.FromSeconds(answer.ServerKeepAlive);
        return true;
    }
}
