using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>MQTT 3.1.1 by hand on a socket, to see exactly which bytes the platform answers.</summary>
internal sealed class RawDevice : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public int Available => socket.Available;

    /// <summary>Connects and returns the CONNACK's return code.</summary>
    public async Task<byte> LogInAsync(IPEndPoint endpoint, string clientId, string user, string secret)
    {
        await socket.ConnectAsync(endpoint);
        byte[] body = [0, 4, .. "MQTT"u8, 4, 0b1100_0010, 0, 60, .. Text(clientId), .. Text(user), .. Text(secret)];
        await SendAsync(0x10, body);
        var answer = await ReadAsync(4);
        Assert.Equal([0x20, 2], answer[..2]);
        return answer[3];
    }

    public Task PublishAsync(string topic, byte[] payload, ushort packetId) =>
        SendAsync(0x32, [.. Text(topic), (byte)(packetId >> 8), (byte)packetId, .. payload]);

    public Task SubscribeAsync(string filter, ushort packetId) => SendAsync(0x82, [(byte)(packetId >> 8), (byte)packetId, .. Text(filter), 1]);

    public async Task SendAsync(byte type, byte[] body)
    {
        var header = new List<byte> { type };
        var length = body.Length;
        do
        {
            header.Add((byte)((length & 127) | (length > 127 ? 128 : 0)));
            length >>= 7;
        }
        while (length > 0);
        await socket.SendAsync((byte[])[.. header, .. body]);
    }

    /// <summary>The next bytes; fewer when the platform closes before.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
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

    /// <summary>Everything that comes until the platform closes.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        List<byte> all = [];
        for (byte[] some; (some = await ReadAsync(4_096)).Length > 0;) all.AddRange(some);
        return [.. all];
    }

    public void Dispose() => socket.Dispose();

    private static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }
}
