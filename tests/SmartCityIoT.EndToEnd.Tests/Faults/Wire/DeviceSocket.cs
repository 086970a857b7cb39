using System.Net;
using System.Net.Sockets;

namespace SmartCityIoT.EndToEnd.Tests.Faults.Wire;

/// <summary>The connection of one device straight to the platform's port, logged in. One at a time reads, one at a time writes.</summary>
internal sealed class DeviceSocket : IDisposable
{
    /// <summary>Acknowledgements are all that comes.</summary>
    private const int BufferBytes = 512;

    private readonly Socket socket;
    private readonly PacketSplitter splitter = new(BufferBytes);
    private readonly byte[] buffer = new byte[BufferBytes];

    private DeviceSocket(Socket socket) => this.socket = socket;

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="IOException">The platform closes, or refuses.</exception>
    /// <exception cref="SocketException">Nobody listens, or the connection breaks.</exception>
    public static async Task<DeviceSocket> LogInAsync(int port, string id, string secret, bool isVersion5, CancellationToken cancellation = default)
    {
        var device = new DeviceSocket(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            await device.socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            await device.socket.SendAsync(Packets.Login(id, secret, isVersion5), cancellation);
            var (header, body) = await device.NextAsync(cancellation);
            if (Packets.Kind(header) != Packets.ConnectAcknowledge || body[1] != 0) throw new IOException($"the login of {id} is answered {header:x2} {Convert.ToHexStringLower(body)}");
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    public void Send(ReadOnlySpan<byte> bytes) => socket.Send(bytes);

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => socket.SendAsync(bytes).AsTask();

    /// <summary>The next packet.</summary>
    /// <exception cref="IOException">The platform has closed the connection.</exception>
    public async ValueTask<(byte Header, byte[] Body)> NextAsync(CancellationToken cancellation = default)
    {
        while (true)
        {
            if (TryTake(out var packet)) return packet;
            Keep(await socket.ReceiveAsync(buffer, cancellation));
        }
    }

    /// <summary>The next packet, for which the calling thread is held up: no thread pool stands between the socket and the caller's clock.</summary>
    public (byte Header, byte[] Body) Next()
    {
        while (true)
        {
            if (TryTake(out var packet)) return packet;
            Keep(socket.Receive(buffer));
        }
    }

    public void Dispose() => socket.Dispose();

    private bool TryTake(out (byte Header, byte[] Body) packet)
    {
        var found = splitter.TryRead(out var header, out var body);
        packet = (header, found ? body.ToArray() : []);
        return found;
    }

    private void Keep(int length)
    {
        if (length == 0) throw new IOException("the platform closed the connection");
        splitter.Add(buffer.AsSpan(0, length));
    }
}
