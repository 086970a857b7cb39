using System.Net;
using System.Net.Sockets;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SmartCityIoT.Devices.Seen;
using SmartCityIoT.Storage.Ledger;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>The door for devices, with real clients and with bytes by hand.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class ListenEndpointTests : IDisposable
{
    private const string IdA = "70b3d57ed0001001";
    private const string IdB = "70b3d57ed0001002";
    private const string UpA = "sc/v1/01/70b3d57ed0001001/up";
    private const string UpB = "sc/v1/02/70b3d57ed0001002/up";

    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_device_logs_in_publishes_and_is_acknowledged_when_its_message_is_durable(MqttProtocolVersion version)
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secret = await host.AddAsync(Samples.DeviceA);
        using var client = new MqttClientFactory().CreateMqttClient();
        var answer = await client.ConnectAsync(Login(host, version, IdA, secret));
        Assert.Equal(MqttClientConnectResultCode.Success, answer.ResultCode);

        for (ushort i = 1; i <= 5; i++)
        {
            var head = host.Journal.Head;
            var published = await client.PublishBinaryAsync(UpA, Samples.Pressure(Samples.DeviceA, i, IngestHost.Now), MqttQualityOfServiceLevel.AtLeastOnce);
            Assert.True(published.IsSuccess);
            Assert.True(host.Journal.Head > head, "acknowledged before it was in the journal");
        }

        Assert.True((await client.PublishBinaryAsync(UpA, Samples.Pressure(Samples.DeviceA, 6, IngestHost.Now), MqttQualityOfServiceLevel.ExactlyOnce)).IsSuccess);
        await client.PublishStringAsync("sc/v1/01/70b3d57ed0001001/status", "1", MqttQualityOfServiceLevel.AtLeastOnce);
        await client.PublishBinaryAsync(UpA, Samples.Pressure(Samples.DeviceA, 7, IngestHost.Now), MqttQualityOfServiceLevel.AtMostOnce);
        await Eventually.Until(() => host.Journal.Head == 8, "the message of QoS 0 in the journal");
        await client.DisconnectAsync();
        await host.SavedAsync();
        Assert.Equal(new BalanceCounts { Received = 7, Decoded = 7, Stored = 7, Status = 1, Qos0 = 1 }, host.Total());
    }

    [Theory]
    [InlineData(IdA, "wrong")]
    [InlineData(IdA, "")]
    [InlineData("70b3d57ed00010ff", "anything")]
    [InlineData("operator", "anything")]
    public async Task A_wrong_login_is_refused_and_closed(string user, string secret)
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        using var device = new RawDevice();

        var code = await device.LogInAsync(host.Endpoint, user, user, secret);

        Assert.True(code is 4 or 5, $"return code {code}");
        Assert.Empty(await device.ReadToEndAsync());
        if (user == "70b3d57ed00010ff")
        {
            var seen = Assert.Single(host.Registry.ListSeen());
            Assert.Equal((Samples.Stranger, SeenVia.Listen), (seen.Id, seen.Via));
        }
    }

    [Theory]
    [InlineData(UpB)]
    [InlineData("sc/v1/02/70b3d57ed0001001/up")]
    [InlineData("sc/v1/01/70b3d57ed0001001/down")]
    [InlineData("other/topic")]
    public async Task A_publish_to_a_topic_that_is_not_its_own_ends_the_connection_unacknowledged(string topic)
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secret = await host.AddAsync(Samples.DeviceA);
        await host.AddAsync(Samples.DeviceB);
        using var device = new RawDevice();
        Assert.Equal(0, await device.LogInAsync(host.Endpoint, IdA, IdA, secret));

        await device.PublishAsync(UpA, Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 1);
        Assert.Equal([0x40, 2, 0, 1], await device.ReadAsync(4));
        await device.PublishAsync(topic, Samples.Pressure(Samples.DeviceB, 1, IngestHost.Now), 2);

        Assert.Empty(await device.ReadToEndAsync());
        Assert.Equal(1, host.Journal.Head);
    }

    [Fact]
    public async Task A_device_subscribes_to_what_is_its_own_alone()
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secret = await host.AddAsync(Samples.DeviceA);
        using var device = new RawDevice();
        Assert.Equal(0, await device.LogInAsync(host.Endpoint, IdA, IdA, secret));

        ushort packet = 1;
        foreach (var (filter, granted) in new[]
        {
            ("sc/v1/01/70b3d57ed0001001/down", true), ("sc/v1/01/70b3d57ed0001001/#", true), ("sc/v1/01/70b3d57ed0001001/other", false),
            ("sc/v1/02/70b3d57ed0001002/down", false), ("sc/v1/02/70b3d57ed0001001/down", false), ("#", false), ("sc/v1/+/+/down", false), ("$share/all/sc/v1/01/70b3d57ed0001001/down", false),
        })
        {
            await device.SubscribeAsync(filter, packet);
            var answer = await device.ReadAsync(5);
            Assert.Equal([0x90, 3, 0, (byte)packet, granted ? (byte)1 : (byte)0x80], answer);
            packet++;
        }
    }

    [Fact]
    public async Task A_client_id_counts_within_its_device_and_takes_nobody_else_s_connection()
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secretA = await host.AddAsync(Samples.DeviceA);
        var secretB = await host.AddAsync(Samples.DeviceB);
        using var first = new RawDevice();
        using var other = new RawDevice();
        Assert.Equal(0, await first.LogInAsync(host.Endpoint, "gate-7", IdA, secretA));
        Assert.Equal(0, await other.LogInAsync(host.Endpoint, "gate-7", IdB, secretB));

        // Its owner may come again, which takes the connection over.
        using var again = new RawDevice();
        Assert.Equal(0, await again.LogInAsync(host.Endpoint, "gate-7", IdA, secretA));
        Assert.Empty(await first.ReadToEndAsync());
        await again.PublishAsync(UpA, Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 1);
        Assert.Equal([0x40, 2, 0, 1], await again.ReadAsync(4));
        await other.PublishAsync(UpB, Samples.Pressure(Samples.DeviceB, 1, IngestHost.Now), 1);
        Assert.Equal([0x40, 2, 0, 1], await other.ReadAsync(4));
    }

    [Fact]
    public async Task Devices_without_a_client_id_do_not_stand_in_each_others_way()
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secretA = await host.AddAsync(Samples.DeviceA);
        var secretB = await host.AddAsync(Samples.DeviceB);
        using var a = new MqttClientFactory().CreateMqttClient();
        using var b = new MqttClientFactory().CreateMqttClient();
        Assert.Equal(IdA, (await a.ConnectAsync(Login(host, MqttProtocolVersion.V500, IdA, secretA, ""))).AssignedClientIdentifier);
        Assert.Equal(IdB, (await b.ConnectAsync(Login(host, MqttProtocolVersion.V500, IdB, secretB, ""))).AssignedClientIdentifier);
        Assert.True((await a.PublishBinaryAsync(UpA, Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), MqttQualityOfServiceLevel.AtLeastOnce)).IsSuccess);

        await a.DisconnectAsync();
        await b.DisconnectAsync();
        using var oldA = new RawDevice();
        using var oldB = new RawDevice();
        Assert.Equal(0, await oldA.LogInAsync(host.Endpoint, "", IdA, secretA));
        Assert.Equal(0, await oldB.LogInAsync(host.Endpoint, "", IdB, secretB));
        await oldA.PublishAsync(UpA, Samples.Pressure(Samples.DeviceA, 2, IngestHost.Now), 7);
        Assert.Equal([0x40, 2, 0, 7], await oldA.ReadAsync(4));
        await oldB.PublishAsync(UpB, Samples.Pressure(Samples.DeviceB, 1, IngestHost.Now), 8);
        Assert.Equal([0x40, 2, 0, 8], await oldB.ReadAsync(4));
    }

    [Fact]
    public async Task A_full_journal_withholds_the_acknowledgement_until_there_is_room()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Journal:MaxBytes", "65536"), ("SmartCity:Mqtt:Listen:MaxPacketBytes", "65536"));
        var secret = await host.AddAsync(Samples.DeviceA);
        var gate = new TaskCompletionSource();
        host.Store.Gate = gate;
        host.Store.CheckpointsAtOnce = true;
        using var device = new RawDevice();
        Assert.Equal(0, await device.LogInAsync(host.Endpoint, IdA, IdA, secret));

        ushort packet = 0;
        while (!host.Journal.Status.IsFull)
        {
            await device.PublishAsync(UpA + "/9", new byte[20_000], ++packet);
            await Eventually.Until(() => device.Available >= 4 || host.Journal.Status.IsFull, $"an answer to packet {packet}, or a full journal");
            if (!host.Journal.Status.IsFull) Assert.Equal([0x40, 2, 0, (byte)packet], await device.ReadAsync(4));
        }

        Assert.Equal(3, packet - 1);
        Assert.Equal(0, device.Available);
        Assert.Equal(packet - 1, host.Journal.Head);

        host.Store.Gate = null;
        gate.SetResult();
        Assert.Equal([0x40, 2, 0, (byte)packet], await device.ReadAsync(4));
        await host.SavedAsync();
        Assert.Equal(packet, host.Total().DeadLettered);
    }

    [Fact]
    public async Task An_oversized_packet_ends_its_connection_and_no_other()
    {
        await using var host = await IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:MaxPacketBytes", "2048"));
        var secretA = await host.AddAsync(Samples.DeviceA);
        var secretB = await host.AddAsync(Samples.DeviceB);
        using var other = new RawDevice();
        Assert.Equal(0, await other.LogInAsync(host.Endpoint, "b", IdB, secretB));
        using var device = new RawDevice();
        Assert.Equal(0, await device.LogInAsync(host.Endpoint, "a", IdA, secretA));

        await device.PublishAsync(UpA, new byte[3_000], 1);

        Assert.Empty(await device.ReadToEndAsync());
        Assert.Equal(0, host.Journal.Head);
        await other.PublishAsync(UpB, Samples.Pressure(Samples.DeviceB, 1, IngestHost.Now), 1);
        Assert.Equal([0x40, 2, 0, 1], await other.ReadAsync(4));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_clear_line()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;

        var problem = await Assert.ThrowsAsync<EndpointUnavailableException>(
            () => IngestHost.StartAsync(folder, ("SmartCity:Mqtt:Listen:Port", port.ToString(System.Globalization.CultureInfo.InvariantCulture))));

        Assert.Contains($"127.0.0.1:{port}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("SmartCity:Mqtt:Listen:Port", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    private static MqttClientOptions Login(IngestHost host, MqttProtocolVersion version, string id, string secret, string? clientId = null) => new MqttClientOptionsBuilder()
        .WithTcpServer(host.Endpoint.Address.ToString(), host.Endpoint.Port)
        .WithProtocolVersion(version)
        .WithClientId(clientId ?? id)
        .WithCredentials(id, Encoding.UTF8.GetBytes(secret))
        .Build();
}
