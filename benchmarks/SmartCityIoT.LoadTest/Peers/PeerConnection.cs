using System.Net.Sockets;
using System.Security.Authentication;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Peers;

/// <summary>One connection of a subscriber at the <see cref="BrokerPeer"/>: CONNECT, SUBSCRIBE, and then a lane of messages.</summary>
internal sealed class PeerConnection : IDisposable
{
    /// <summary>Silence after a SUBSCRIBE that tells that no further one comes.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(200);

    private readonly Wire wire;
    private readonly PacketReader reader;
    private readonly int qos;
    private readonly Thread greeting;
    private readonly List<string> filters = [];
    private ClientHello? hello;
    private PublishLane? lane;
    private long lastSubscribe;
    private volatile bool isGone, isLaneOpen;

    /// <param name="tls">Null for plain TCP.</param>
    public PeerConnection(Socket socket, int qos, PeerTls? tls)
    {
        this.qos = qos;
        socket.NoDelay = true;
        wire = new Wire(socket, tls);
        reader = new PacketReader(wire);
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
        lane = new PublishLane(wire, reader, new PublishTrain(district, devices, atQos, hello!.IsVersion5), atQos, hello.ReceiveMaximum);
        return lane;
    }

    public void Dispose()
    {
        lane?.Dispose();
        wire.Dispose();
    }

    private void Greet()
    {
        try
        {
            wire.ShakeHands();
            if (!reader.TryRead(out _, out var first)) return;
            hello = ClientHello.Read(first);
            wire.Send(PacketBuilder.ConnAck(hello.IsVersion5));
            while (!isLaneOpen)
            {
                // Polled, so that the reader can be handed over while nothing comes.
                if (!reader.HasPacket && !wire.Poll(TimeSpan.FromMilliseconds(5))) continue;
                if (!reader.TryRead(out var header, out var body)) return;
                Answer(header.Type, body);
            }
        }
        catch (Exception problem) when (problem is SocketException or IOException or AuthenticationException or ObjectDisposedException or InvalidDataException)
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
        if (type == PacketType.PingReq) wire.Send(PacketBuilder.Empty(PacketType.PingResp));
        if (type != PacketType.Subscribe) return;
        var subscription = Subscription.Read(body, hello!.IsVersion5);
        lock (filters)
        {
            filters.AddRange(subscription.Filters.Select(one => one.Filter));
            lastSubscribe = TimeProvider.System.GetTimestamp();
        }

        byte[] granted = [.. subscription.Filters.Select(one => (byte)Math.Min(one.Qos, qos))];
        wire.Send(PacketBuilder.SubAck(subscription.Identifier, granted, hello.IsVersion5));
    }
}
