using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

/// <summary>A broker by hand, byte for byte: it answers what the test tells it to, and shows what the platform sent.</summary>
internal sealed class FakeBroker : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public FakeBroker() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Takes the platform's next connection and reads its CONNECT.</summary>
    public async Task<BrokerSide> AcceptAsync()
    {
        using var limit = new CancellationTokenSource(BrokerSide.Limit);
        return new BrokerSide(await listener.AcceptSocketAsync(limit.Token));
    }

    /// <summary>Takes the platform's next connection as far as the subscription.</summary>
    /// <param name="properties">Of the CONNACK, in MQTT 5.</param>
    public async Task<BrokerSide> AcceptSubscribedAsync(bool isVersion5 = true, bool isSessionPresent = false, params byte[] properties)
    {
        var side = await AcceptAsync();
        await side.OpenAsync(isVersion5, isSessionPresent, properties);
        return side;
    }

    public void Dispose() => listener.Dispose();
}

/// <summary>The broker's end of one connection.</summary>
internal sealed class BrokerSide(Socket socket) : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>First byte and body of the CONNECT that opened it.</summary>
    public (byte First, byte[] Body) Connect { get; private set; }

    public (byte First, byte[] Body) Subscribe { get; private set; }

    public Socket Socket => socket;

    public async Task OpenAsync(bool isVersion5, bool isSessionPresent, params byte[] properties)
    {
        Connect = await ReadPacketAsync();
        await SendAsync(isVersion5 ? [0x20, (byte)(3 + properties.Length), (byte)(isSessionPresent ? 1 : 0), 0, (byte)properties.Length, .. properties] : [0x20, 2, (byte)(isSessionPresent ? 1 : 0), 0]);
        Subscribe = await ReadPacketAsync();
        var filters = CountFilters(Subscribe.Body.AsSpan(isVersion5 ? 3 : 2));
        byte[] granted = [Subscribe.Body[0], Subscribe.Body[1], .. isVersion5 ? new byte[] { 0 } : [], .. Enumerable.Repeat((byte)1, filters)];
        await SendAsync([0x90, .. Length(granted.Length), .. granted]);
    }

    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes);

    /// <summary>A PUBLISH as the broker sends it.</summary>
    public static byte[] Publish(string topic, byte[] payload, ushort packetId, bool isVersion5 = true, byte qos = 1)
    {
        var name = Encoding.UTF8.GetBytes(topic);
        byte[] body =
        [
            (byte)(name.Length >> 8), (byte)name.Length, .. name,
            .. qos > 0 ? new[] { (byte)(packetId >> 8), (byte)packetId } : [],
            .. isVersion5 ? new byte[] { 0 } : [],
            .. payload,
        ];
        return [(byte)(0x30 | (qos << 1)), .. Length(body.Length), .. body];
    }

    /// <summary>The next packet; null when the platform has closed.</summary>
    public async Task<(byte First, byte[] Body)?> TryReadPacketAsync()
    {
        if (await ReadAsync(1) is not [var first]) return null;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = (await ReadAsync(1))[0];
            length |= (next & 0x7F) << shift;
            if (next < 0x80) break;
        }

        return (first, await ReadAsync(length));
    }

    public async Task<(byte First, byte[] Body)> ReadPacketAsync() =>
        await TryReadPacketAsync() ?? throw new InvalidOperationException("The platform closed the connection.");

    /// <summary>Packet identifiers of the next acknowledgements; answers to PINGREQ go out meanwhile.</summary>
    public async Task<List<ushort>> ReadAcknowledgementsAsync(int count)
    {
        var identifiers = new List<ushort>(count);
        while (identifiers.Count < count)
        {
            var (first, body) = await ReadPacketAsync();
            if (first == 0xC0)
            {
                await SendAsync([0xD0, 0]);
                continue;
            }

            Assert.Equal(0x40, first);
            Assert.Equal(2, body.Length);
            identifiers.Add(BinaryPrimitives.ReadUInt16BigEndian(body));
        }

        return identifiers;
    }

    public void Dispose() => socket.Dispose();

    private static int CountFilters(ReadOnlySpan<byte> filters)
    {
        var count = 0;
        for (; !filters.IsEmpty; count++) filters = filters[(2 + BinaryPrimitives.ReadUInt16BigEndian(filters) + 1)..];
        return count;
    }

    private static byte[] Length(int length)
    {
        var bytes = new List<byte>();
        for (; ; length >>= 7)
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            if (length <= 0x7F) return [.. bytes];
        }
    }

    /// <summary>Fewer bytes when the platform closes before.</summary>
    private async Task<byte[]> ReadAsync(int count)
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
}
