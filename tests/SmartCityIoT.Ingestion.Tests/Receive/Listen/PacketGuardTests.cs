using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SmartCityIoT.Ingestion.Receive.Listen;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

// The counter is the process's own: these tests may not run beside each other.
[Collection(GuardedServer.OneAtATime)]
public sealed class PacketGuardTests
{
    private static readonly byte[] Connect = [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 1, (byte)'a'];

    private static readonly byte[] ConnAck = [0x20, 2, 0, 0];

    /// <summary>Answers <see cref="Publish"/>. A client that says goodbye before it came may never get it.</summary>
    private static readonly byte[] PubAck = [0x40, 2, 0, 1];

    // Topic "t", identifier 1, QoS 1.
    private static byte[] Publish(int payload)
    {
        int remaining = 3 + 2 + payload;
        List<byte> bytes = [0x32];
        for (int rest = remaining; ; rest >>= 7)
        {
            bytes.Add((byte)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            if (rest <= 0x7F)
                break;
        }

        bytes.AddRange([0, 1, (byte)'t', 0, 1]);
        bytes.AddRange(Enumerable.Repeat((byte)'x', payload));
        return [.. bytes];
    }

    public static TheoryData<string, byte[], string> Intruders() => new()
    {
        { "not MQTT", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), "malformed" },
        { "TLS hello", [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3], "malformed" },
        { "random", [0xDE, 0xAD, 0xBE, 0xEF], "malformed" },
        { "publish first", Publish(1), "not-mqtt" },
        { "ping first", [0xC0, 0], "not-mqtt" },
        { "MQTT 3.1", [0x10, 15, 0, 6, .. "MQIsdp"u8, 3, 2, 0, 60, 0, 1, (byte)'a'], "not-mqtt" },
        { "level 6", [0x10, 13, 0, 4, .. "MQTT"u8, 6, 2, 0, 60, 0, 1, (byte)'a'], "not-mqtt" },
        { "reserved flag", [0x10, 13, 0, 4, .. "MQTT"u8, 4, 3, 0, 60, 0, 1, (byte)'a'], "malformed" },
        { "endless length", [0x10, 0xFF, 0xFF, 0xFF, 0xFF], "malformed" },
        { "huge CONNECT, announced only", [0x10, 0xFF, 0xFF, 0xFF, 0x7F], "too-large" },
    };

    [Theory]
    [MemberData(nameof(Intruders))]
    public async Task A_bad_start_is_closed_and_never_reaches_the_server(string name, byte[] bytes, string reason)
    {
        Assert.NotEmpty(name);
        await using GuardedServer server = await GuardedServer.StartAsync();
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync(bytes);
        Assert.Empty(await GuardedServer.ReadToEndAsync(socket));
        await GuardedServer.Until(() => server.Guard.Connections == 0, "the guard lets go");
        Assert.Equal([reason], server.Refused);
        Assert.Equal(0, server.EndedHandlers);
        Assert.Equal(0, server.Guard.BeforeLogin);
    }

    public static TheoryData<string, byte[], bool, string> Offenders() => new()
    {
        { "oversized, announced only", [0x32, 0xFF, 0xFF, 0x7F], false, "too-large" },
        { "one byte over the limit", Publish(65_536 + 1 - 9), false, "too-large" },
        { "half a packet and FIN", Publish(100)[..50], true, "truncated" },
        { "half a header and FIN", [0x32], true, "truncated" },
        { "endless length", [0x32, 0x80, 0x80, 0x80, 0x80], false, "malformed" },
        { "QoS 3", [0x36, 5, 0, 1, (byte)'t', 0, 1], false, "malformed" },
        { "a second CONNECT", Connect, false, "malformed" },
        { "a packet that only servers send", ConnAck, false, "malformed" },
        { "AUTH in 3.1.1", [0xF0, 0], false, "malformed" },
    };

    [Theory]
    [MemberData(nameof(Offenders))]
    public async Task A_bad_packet_after_login_ends_the_server_s_handler(string name, byte[] bytes, bool isFin, string reason)
    {
        Assert.NotEmpty(name);
        await using GuardedServer server = await GuardedServer.StartAsync();
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync(Connect);
        byte[] answer = new byte[4];
        Assert.Equal(4, await socket.ReceiveAsync(answer));
        Assert.Equal(ConnAck, answer);
        await socket.SendAsync(bytes);
        if (isFin)
            socket.Shutdown(SocketShutdown.Send);
        Assert.Empty(await GuardedServer.ReadToEndAsync(socket));

        // A handler that turns on the spot would never end.
        await GuardedServer.Until(() => server.EndedHandlers == 1 && server.Guard.Connections == 0, "the handler ends");
        Assert.Equal(0, server.Handlers);
        Assert.Equal([reason], server.Refused);
        Assert.Empty(server.Published);
    }

    [Fact]
    public async Task A_packet_at_the_limit_passes()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        using Socket socket = await server.ConnectAsync();
        byte[] largest = Publish(65_536 - 9);
        Assert.Equal(65_536, largest.Length);
        await socket.SendAsync((byte[])[.. Connect, .. largest]);
        Assert.Equal(ConnAck, await ReceiveExactlyAsync(socket, ConnAck.Length));
        Assert.Equal(PubAck, await ReceiveExactlyAsync(socket, PubAck.Length));
        Assert.Equal("t=" + new string('x', 65_536 - 9), Assert.Single(server.Published));
        Assert.Empty(server.Refused);
    }

    [Fact]
    public async Task All_at_once_and_a_fin_behind_it_is_still_heard()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync((byte[])[.. Connect, .. Publish(3), .. Publish(4), 0xE0, 0]);
        socket.Shutdown(SocketShutdown.Send);
        await GuardedServer.Until(() => server.EndedHandlers == 1, "the handler ends");
        Assert.Equal(["t=xxx", "t=xxxx"], server.Published);
        Assert.Empty(server.Refused);
    }

    [Fact]
    public async Task A_packet_split_at_every_byte_passes()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        int length = Connect.Length + Publish(3).Length;
        for (int cut = 1; cut < length; cut++)
        {
            // A client of its own for each cut: MQTTnet's server may close one that comes while the last of that name is still leaving.
            byte[] stream = [.. Connect[..^1], (byte)('A' + cut), .. Publish(3)];
            using Socket socket = await server.ConnectAsync();
            await socket.SendAsync(stream.AsMemory(0, cut));

            // The bytes before the cut have been looked at when the answer to them is there; inside the CONNECT there is none.
            if (cut >= Connect.Length)
                Assert.Equal(ConnAck, await ReceiveExactlyAsync(socket, ConnAck.Length));
            await socket.SendAsync(stream.AsMemory(cut));
            if (cut < Connect.Length)
                Assert.Equal(ConnAck, await ReceiveExactlyAsync(socket, ConnAck.Length));
            Assert.Equal(PubAck, await ReceiveExactlyAsync(socket, PubAck.Length));
        }

        Assert.Equal(length - 1, server.Published.Count);
        Assert.Empty(server.Refused);
    }

    private static async Task<byte[]> ReceiveExactlyAsync(Socket socket, int length)
    {
        byte[] bytes = new byte[length];
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        await new NetworkStream(socket).ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    [Fact]
    public async Task Byte_after_byte_passes()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        using Socket socket = await server.ConnectAsync();
        foreach (byte one in (byte[])[.. Connect, .. Publish(200)])
        {
            await socket.SendAsync((byte[])[one]);
        }

        Assert.Equal(ConnAck, await ReceiveExactlyAsync(socket, ConnAck.Length));
        Assert.Equal(PubAck, await ReceiveExactlyAsync(socket, PubAck.Length));
        Assert.Empty(server.Refused);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_slow_CONNECT_is_closed_when_its_time_is_up(int sent)
    {
        FakeTimeProvider time = new();
        await using GuardedServer server = await GuardedServer.StartAsync(new PacketGuardOptions { ConnectSeconds = 10 }, time);
        using Socket socket = await server.ConnectAsync();
        await socket.SendAsync(Connect.AsMemory(0, sent));
        await GuardedServer.Until(() => server.Guard.BeforeLogin == 1, "the connection is taken");
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal(1, server.Guard.Connections);
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Empty(await GuardedServer.ReadToEndAsync(socket));
        await GuardedServer.Until(() => server.Guard.Connections == 0, "the guard lets go");
        Assert.Equal(["connect-timeout"], server.Refused);
        Assert.Equal(0, server.EndedHandlers);
    }

    [Fact]
    public async Task Leaving_before_a_whole_CONNECT_is_counted()
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        using (Socket socket = await server.ConnectAsync())
        {
            await socket.SendAsync(Connect.AsMemory(0, 5));
            socket.Shutdown(SocketShutdown.Send);
            await GuardedServer.ReadToEndAsync(socket);
        }

        await GuardedServer.Until(() => server.Refused.Length > 0, "the leaving is counted");
        Assert.Equal(["no-connect"], server.Refused);
    }

    [Fact]
    public async Task Connections_before_login_are_bounded_and_a_login_frees_its_place()
    {
        await using GuardedServer server = await GuardedServer.StartAsync(new PacketGuardOptions { MaxConnectionsBeforeLogin = 2 });
        using Socket first = await server.ConnectAsync();
        using Socket second = await server.ConnectAsync();
        await GuardedServer.Until(() => server.Guard.BeforeLogin == 2, "two are waiting");
        try
        {
            using Socket third = await server.ConnectAsync();
            await GuardedServer.ReadToEndAsync(third);
        }
        catch (SocketException)
        {
            // Closed before the client knew that it was connected.
        }

        Assert.Equal(["too-many-before-login"], server.Refused);

        await first.SendAsync(Connect);
        Assert.Equal(4, await first.ReceiveAsync(new byte[4]));
        using Socket fourth = await server.ConnectAsync();
        await fourth.SendAsync((byte[])[.. Connect[..^1], (byte)'b']);
        Assert.Equal(4, await fourth.ReceiveAsync(new byte[4]));
        Assert.Equal(1, server.Guard.BeforeLogin);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_client_s_traffic_passes_unchanged(MqttProtocolVersion version)
    {
        await using GuardedServer server = await GuardedServer.StartAsync();
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", server.Port).WithProtocolVersion(version).WithClientId("c").WithCredentials("user", "secret").Build());
        await client.SubscribeAsync("down/#", MqttQualityOfServiceLevel.AtLeastOnce);
        await client.PingAsync();
        List<string> expected = [];
        for (int i = 0; i < 300; i++)
        {
            string payload = new((char)('a' + (i % 26)), i * 7);
            expected.Add($"up/{i}={payload}");
            MqttApplicationMessage message = new MqttApplicationMessageBuilder()
                .WithTopic($"up/{i}").WithPayload(payload).WithQualityOfServiceLevel((MqttQualityOfServiceLevel)(i % 3)).Build();
            MqttClientPublishResult result = await client.PublishAsync(message);
            Assert.True(result.IsSuccess);
        }

        await client.UnsubscribeAsync("down/#");
        await client.DisconnectAsync();
        await GuardedServer.Until(() => server.EndedHandlers == 1, "the handler ends");
        Assert.Equal(expected, server.Published);
        Assert.Empty(server.Refused);
    }
}
