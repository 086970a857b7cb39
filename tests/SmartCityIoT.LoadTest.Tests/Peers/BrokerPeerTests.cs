using System.Net;
using System.Net.Sockets;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.LoadTest.Peers;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Tests.Peers;

public class BrokerPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly LoadDistrict District = LoadDistrict.Create(300);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Every_message_comes_once_and_is_acknowledged(int qos)
    {
        using var peer = new BrokerPeer(qos);
        long bytes = 0;
        await using var receiver = new Subscriber(payload => bytes += payload.Length);
        await receiver.OpenAsync(peer.Port, "sc/v1/+/+/up", qos, CancellationToken.None);
        var lane = Assert.Single(await peer.LanesAsync(District, 1, Limit, CancellationToken.None));
        lane.Start(new Pace(null, District.Devices.Count, TimeProvider.System));
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(lane.Acknowledged), count => count > 200_000, Limit, CancellationToken.None), lane.Problem);
        lane.Stop();
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(receiver.Received), count => count == lane.Sent, Limit, CancellationToken.None), receiver.Problem);
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(lane.Acknowledged), count => count == lane.Sent, Limit, CancellationToken.None), lane.Problem);
        Assert.Null(lane.Problem);
    }

    [Fact]
    public async Task Connections_with_filters_of_their_own_share_the_devices()
    {
        using var peer = new BrokerPeer(1);
        await using var odd = new Subscriber(_ => { });
        await using var rest = new Subscriber(_ => { });
        var bucket = District.Devices[0].Topic.Split('/')[2];
        await odd.OpenAsync(peer.Port, $"sc/v1/{bucket}/+/up", 1, CancellationToken.None);
        await rest.OpenAsync(peer.Port, "sc/v1/+/+/up", 1, CancellationToken.None);
        var lanes = await peer.LanesAsync(District, 2, Limit, CancellationToken.None);
        Assert.Equal(District.Devices.Count, lanes.Sum(lane => lane.Devices));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task An_acknowledgement_that_is_not_the_next_ends_the_lane(int skipped)
    {
        using var peer = new BrokerPeer(1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, peer.Port);
        await socket.SendAsync(PacketBuilder.Connect("liar", 10));
        await socket.SendAsync(PacketBuilder.Subscribe(["#"], 1));
        var lane = Assert.Single(await peer.LanesAsync(District, 1, Limit, CancellationToken.None));
        lane.Start(new Pace(null, District.Devices.Count, TimeProvider.System));
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(lane.Sent), count => count == 10, Limit, CancellationToken.None));
        await socket.SendAsync(new byte[] { (byte)PacketType.PubAck << 4, 2, 0, (byte)(1 + skipped) });
        await socket.SendAsync(new byte[] { (byte)PacketType.PubAck << 4, 2, 0, 1 });
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(lane.Problem is null ? 0L : 1), told => told == 1, Limit, CancellationToken.None));
        Assert.Contains(skipped == 0 ? "not outstanding" : "not its turn", lane.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_outstanding_than_the_receive_maximum()
    {
        using var peer = new BrokerPeer(1);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, peer.Port);
        await socket.SendAsync(PacketBuilder.Connect("slow", 17));
        await socket.SendAsync(PacketBuilder.Subscribe(["#"], 1));
        var lane = Assert.Single(await peer.LanesAsync(District, 1, Limit, CancellationToken.None));
        lane.Start(new Pace(null, District.Devices.Count, TimeProvider.System));
        Assert.True(await Progress.ReachesAsync(() => Task.FromResult(lane.Sent), count => count >= 17, Limit, CancellationToken.None));

        // The sender has had its turn many times over when a ping, which it shares the socket with, comes back behind the messages.
        await socket.SendAsync(PacketBuilder.Empty(PacketType.PingReq));
        var reader = new PacketReader(new Wire(socket));
        var publishes = 0;
        while (reader.TryRead(out var header, out _) && header.Type != PacketType.PingResp)
        {
            if (header.Type == PacketType.Publish) publishes++;
        }

        Assert.Equal((17, 17L), (publishes, lane.Sent));
    }
}
