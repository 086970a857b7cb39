using System.Net.Sockets;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>One connection of a subscriber at the <see cref="BrokerPeer"/>: CONNECT, SUBSCRIBE, and then a lane of messages.</summary>
internal sealed class PeerConnection : IDisposable
{
    /// <summary>Silence after a SUBSCRIBE that tells that no further one comes.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(200);

    private readonly Socket socket;
    private readonly PacketReader reader;
    private readonly int qos;
    private readonly Thread greeting;
    private readonly List<string> filters = [];
    private ClientHello? hello;
    private PublishLane? lane;
    private long lastSubscribe;
    private volatile bool isGone, isLaneOpen;

    public PeerConnection(Socket socket, int qos)
    {
        this.socket = socket;
        this.qos = qos;
        socket.NoDelay = true;
        reader = new PacketReader(socket);
        greeting = new Thread(Greet) { IsBackground = true, Name = "greet" };
        greeting.Start();
    }

    public bool IsGone => isGone;

    /// <summary>Whether it has subscribed, and has been quiet since.</summary>
    public bool IsSubscribed
    {
        get
        {
            lock (filters) return !isGone && filters.Count > 0 && TimeProvider.System.GetElapsedTime(lastSubscribe) > Settled;
        }
    }

    public bool Takes(string topic)
    {
        lock (filters) return filters.Exists(filter => Subscription.Matches(filter, topic));
    }

    /// <summary>From here on the lane reads what comes.</summary>
    public PublishLane OpenLane(LoadDistrict district, IReadOnlyList<LoadDevice> devices, int atQos)
    {
        isLaneOpen = true;
        greeting.Join();
        lane = new PublishLane(socket, reader, new PublishTrain(district, devices, atQos, hello!.IsVersion5), atQos, hello.ReceiveMaximum);
        return lane;
    }

    public void Dispose()
    {
        lane?.Dispose();
        socket.Dispose();
    }

    private void Greet()
    {
        try
        {
            if (!reader.TryRead(out _, out var first)) return;
            hello = ClientHello.Read(first);
            socket.Send(PacketBuilder.ConnAck(hello.IsVersion5));
            while (!isLaneOpen)
            {
                // Polled, so that the reader can be handed over while nothing comes.
                if (!reader.HasPacket && !socket.Poll(TimeSpan.FromMilliseconds(5), SelectMode.SelectRead)) continue;
                if (!reader.TryRead(out var header, out var body)) return;
                Answer(header.Type, body);
            }
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException or InvalidDataException)
        {
            // Whoever it was is gone, or spoke something else.
        }
        finally
        {
            if (!isLaneOpen) isGone = true;
        }
    }

    private void Answer(PacketType type, ReadOnlySpan<byte> body)
    {
        if (type == PacketType.PingReq) socket.Send(PacketBuilder.Empty(PacketType.PingResp));
        if (type != PacketType.Subscribe) return;
        var subscription = Subscription.Read(body, hello!.IsVersion5);
        lock (filters)
        {
            filters.AddRange(subscription.Filters.Select(one => one.Filter));
            lastSubscribe = TimeProvider.System.GetTimestamp();
        }

        byte[] granted = [.. subscription.Filters.Select(one => (byte)Math.Min(one.Qos, qos))];
        socket.Send(PacketBuilder.SubAck(subscription.Identifier, granted, hello.IsVersion5));
    }
}
