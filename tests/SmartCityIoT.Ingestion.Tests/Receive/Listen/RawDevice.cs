using System.Net;
using System.Net.Sockets;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>MQTT by hand on a socket, to see exactly which bytes the platform answers.</summary>
internal sealed class RawDevice : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public int Available => socket.Available;

    /// <summary>A connection that has said nothing.</summary>
    /// <param name="receiveBuffer">Bytes that the system takes for a client that does not read; 0 = as many as it likes.</param>
    public static async Task<RawDevice> ConnectAsync(IPEndPoint endpoint, int receiveBuffer = 0)
    {
        var device = new RawDevice();
        if (receiveBuffer > 0) device.socket.ReceiveBufferSize = receiveBuffer;
        await device.socket.ConnectAsync(endpoint);
        return device;
    }

    /// <summary>Connects as MQTT 3.1.1 and returns the CONNACK's return code.</summary>
    public async Task<byte> LogInAsync(IPEndPoint endpoint, string clientId, string user, string secret)
    {
        await socket.ConnectAsync(endpoint);
        await SendAsync(Wire.Connect(Wire.V311, clientId, user, secret));
        var answer = await ReadAsync(4);
        Assert.Equal([0x20, 2], answer[..2]);
        return answer[3];
    }

    public Task PublishAsync(string topic, byte[] payload, ushort packetId) => SendAsync(Wire.Publish(Wire.V311, topic, payload, 1, packetId));

    public Task SubscribeAsync(string filter, ushort packetId) => SendAsync(Wire.Subscribe(Wire.V311, packetId, filter));

    /// <summary>Sends bytes. What the platform no longer takes is lost, as on any link that breaks.</summary>
    public async Task SendAsync(params byte[][] parts)
    {
        try
        {
            byte[] all = [.. parts.SelectMany(part => part)];
            using var limit = new CancellationTokenSource(Limit);
            for (var at = 0; at < all.Length;) at += await socket.SendAsync(all.AsMemory(at), limit.Token);
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException)
        {
            // Closed, which the next read says.
        }
    }

    /// <summary>Says that nothing more will come, and goes on reading.</summary>
    public void Finish() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Breaks the connection, as a link that is cut does.</summary>
    public void Cut()
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Dispose();
    }

    /// <summary>The next bytes; fewer when the platform closes before.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        using var limit = new CancellationTokenSource(Limit);
        var bytes = new byte[count];
        var at = 0;
        try
        {
            for (int read; at < count && (read = await socket.ReceiveAsync(bytes.AsMemory(at), limit.Token)) > 0;) at += read;
        }
        catch (SocketException)
        {
            // A reset is a close too.
        }

        return bytes[..at];
    }

    /// <summary>The next packet; null when the platform closes before.</summary>
    public async Task<WirePacket?> NextOrEndAsync()
    {
        var first = await ReadAsync(1);
        if (first.Length == 0) return null;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = await ReadAsync(1);
            if (next.Length == 0) return null;
            length |= (next[0] & 127) << shift;
            if (next[0] < 128) break;
        }

        var body = await ReadAsync(length);
        return body.Length == length ? new WirePacket(first[0], body) : null;
    }

    public async Task<WirePacket> NextAsync()
    {
        var packet = await NextOrEndAsync();
        Assert.True(packet is not null, "the platform closed the connection");
        return packet;
    }

    /// <summary>The next packet, which is of that type.</summary>
    public async Task<WirePacket> NextAsync(byte first)
    {
        var packet = await NextAsync();
        Assert.True(packet.First == first, $"{first:x2} was expected, and {packet} came");
        return packet;
    }

    /// <summary>The DISCONNECT of MQTT 5 that the platform ends the connection with.</summary>
    public async Task<byte> DisconnectedAsync()
    {
        var packet = await NextAsync(WirePacket.Disconnect);
        Assert.Null(await NextOrEndAsync());
        return packet.Body.Length > 0 ? packet.Body[0] : (byte)0;
    }

    /// <summary>Everything that comes until the platform closes.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        List<byte> all = [];
        for (byte[] some; (some = await ReadAsync(4_096)).Length > 0;) all.AddRange(some);
        return [.. all];
    }

    public void Dispose() => socket.Dispose();
}
