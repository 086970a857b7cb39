using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Commands from the durable queue to the device, over cuts and restarts of the platform, straight and through a gateway.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class CommandDeliveryTests : IDisposable
{
    private readonly string folder = IngestHost.NewFolder();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_command_comes_at_once_again_after_a_cut_and_never_once_it_is_acknowledged()
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secret = await host.AddAsync(Samples.DeviceA);
        QueuedCommand command;
        ushort id;
        using (var device = await ConnectAsync(host, Samples.DeviceA, secret))
        {
            await SubscribeAsync(device, Samples.DeviceA);
            command = await GiveAsync(host, Samples.DeviceA, DeviceCommand.SetInterval(60));
            var first = await NextMessageAsync(device);
            id = first.MessageId;
            Assert.Equal((1, false), (first.Qos, first.IsAgain));
            Assert.Equal(Down(Samples.DeviceA), first.Topic);
            Assert.Equal(command.Frame.ToArray(), Payload(first));
        }

        await Eventually.Until(() => State(host, command) == CommandState.Sent, "the command is noted as sent");
        using (var device = await ConnectAsync(host, Samples.DeviceA, secret, isPresent: true))
        {
            var again = await NextMessageAsync(device);
            Assert.Equal((id, true), (again.MessageId, again.IsAgain));
            await device.SendAsync(Wire.Answer(WirePacket.PubAck, id));
            await Eventually.Until(() => State(host, command) == CommandState.Delivered, "the command is noted as delivered");
        }

        using (var device = await ConnectAsync(host, Samples.DeviceA, secret, isPresent: true))
        {
            var next = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
            Assert.Equal(next.Frame.ToArray(), Payload(await NextMessageAsync(device)));
        }
    }

    [Fact]
    public async Task What_waits_outlives_the_platform_in_its_order_and_what_had_left_is_marked()
    {
        string secret;
        List<QueuedCommand> given = [];
        await using (var host = await IngestHost.StartAsync(folder))
        {
            secret = await host.AddAsync(Samples.DeviceA);
            given.Add(await GiveAsync(host, Samples.DeviceA, DeviceCommand.Identify(1)));
            using (var device = await ConnectAsync(host, Samples.DeviceA, secret))
            {
                await SubscribeAsync(device, Samples.DeviceA);
                Assert.False((await NextMessageAsync(device)).IsAgain);
                await Eventually.Until(() => State(host, given[0]) == CommandState.Sent, "the first is noted as sent");
            }

            for (var seconds = 2; seconds <= 40; seconds++) given.Add(await GiveAsync(host, Samples.DeviceA, DeviceCommand.Identify(seconds)));
        }

        await using var restarted = await IngestHost.StartAsync(folder);
        using var again = await ConnectAsync(restarted, Samples.DeviceA, secret);
        await SubscribeAsync(again, Samples.DeviceA);
        for (var at = 0; at < given.Count; at++)
        {
            var message = await NextMessageAsync(again);
            Assert.Equal(given[at].Frame.ToArray(), Payload(message));
            Assert.Equal(at == 0, message.IsAgain);
            await again.SendAsync(Wire.Answer(WirePacket.PubAck, message.MessageId));
        }

        await Eventually.Until(() => given.TrueForAll(command => State(restarted, command) == CommandState.Delivered), "all are delivered");
    }

    [Fact]
    public async Task What_has_expired_is_never_sent()
    {
        await using var host = await IngestHost.StartAsync(folder);
        var secret = await host.AddAsync(Samples.DeviceA);
        var brief = await host.Downlink.EnqueueAsync(Samples.DeviceA, DeviceCommand.Reboot, TimeSpan.FromSeconds(1), "test", CancellationToken.None);
        await Eventually.Until(() => DateTimeOffset.UtcNow > brief.ExpiresAt, "the command expires");
        var lasting = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        using var device = await ConnectAsync(host, Samples.DeviceA, secret);
        await SubscribeAsync(device, Samples.DeviceA);
        Assert.Equal(lasting.Frame.ToArray(), Payload(await NextMessageAsync(device)));
    }

    [Fact]
    public async Task A_gateway_speaks_for_the_devices_of_its_list_and_carries_their_commands()
    {
        await using var host = await IngestHost.StartAsync(folder);
        await host.AddAsync(Samples.DeviceA);
        await host.AddAsync(Samples.DeviceB);
        var account = await host.Registry.AddGatewayAsync(new NewGateway("tower-3", "Tower 3", [Samples.DeviceA]), "test", CancellationToken.None);
        using var gateway = await RawDevice.ConnectAsync(host.Endpoint);
        await gateway.SendAsync(Wire.Connect(Wire.V5, "tower", account.Name, account.Secret, true, 60, null, new WireWill(Status(Samples.DeviceA), [1])));
        Assert.Equal(0, (await gateway.NextAsync(WirePacket.ConnAck)).Body[1]);

        Assert.Equal(0, await PublishAsync(gateway, Samples.DeviceA, 1));
        Assert.Equal(0x87, await PublishAsync(gateway, Samples.DeviceB, 2));
        await gateway.SendAsync(Wire.Subscribe(Wire.V5, 3, 0, (Down(Samples.DeviceA), 1), (Down(Samples.DeviceB), 1)));
        Assert.Equal([1, 0x87], (await gateway.NextAsync(WirePacket.SubAck)).Body[^2..]);
        var command = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        var message = await NextMessageAsync(gateway);
        Assert.Equal(Down(Samples.DeviceA), message.Topic);
        await gateway.SendAsync(Wire.Answer(WirePacket.PubAck, message.MessageId));
        await Eventually.Until(() => State(host, command) == CommandState.Delivered, "the gateway's acknowledgement is noted");

        // What is taken off the list ends the connection, with its will for that device; the next one may do what the list says now.
        await host.Registry.SetGatewayDevicesAsync("tower-3", [Samples.DeviceB], "test", CancellationToken.None);
        Assert.Equal(0x98, (await gateway.NextAsync(WirePacket.Disconnect)).Body[0]);
        Assert.Empty(await gateway.ReadToEndAsync());
        using var again = await RawDevice.ConnectAsync(host.Endpoint);
        await again.SendAsync(Wire.Connect(Wire.V5, "tower", account.Name, account.Secret, true, 60, null, null));
        Assert.Equal(0, (await again.NextAsync(WirePacket.ConnAck)).Body[1]);
        Assert.Equal(0x87, await PublishAsync(again, Samples.DeviceA, 4));
        Assert.Equal(0, await PublishAsync(again, Samples.DeviceB, 5));
        Assert.Equal(2, host.Journal.Head);

        // One device more disturbs nobody, and an account that is retired is closed.
        await host.Registry.SetGatewayDevicesAsync("tower-3", [Samples.DeviceA, Samples.DeviceB], "test", CancellationToken.None);
        Assert.Equal(0, await PublishAsync(again, Samples.DeviceA, 6));
        await host.Registry.RetireGatewayAsync("tower-3", "test", CancellationToken.None);
        Assert.Equal(0x87, (await again.NextAsync(WirePacket.Disconnect)).Body[0]);
        Assert.Empty(await again.ReadToEndAsync());
    }

    private static string Down(ulong device) => $"sc/v1/{DeviceId.Format(device)[^2..]}/{DeviceId.Format(device)}/down";

    private static string Status(ulong device) => $"sc/v1/{DeviceId.Format(device)[^2..]}/{DeviceId.Format(device)}/status";

    /// <summary>Of a message in MQTT 3.1.1 at QoS 1.</summary>
    private static byte[] Payload(WirePacket message) => message.Body[(message.Topic.Length + 4)..];

    private static CommandState State(IngestHost host, QueuedCommand command) =>
        host.Downlink.ListAsync(command.Device, null, 100, CancellationToken.None).GetAwaiter().GetResult().Single(row => row.Number == command.Number).State;

    private static Task<QueuedCommand> GiveAsync(IngestHost host, ulong device, DeviceCommand command) =>
        host.Downlink.EnqueueAsync(device, command, null, "test", CancellationToken.None);

    /// <summary>Logs in with MQTT 3.1.1 and a session that is to be kept.</summary>
    private static async Task<RawDevice> ConnectAsync(IngestHost host, ulong device, string secret, bool isPresent = false)
    {
        var connection = await RawDevice.ConnectAsync(host.Endpoint);
        await connection.SendAsync(Wire.Connect(Wire.V311, "meter", DeviceId.Format(device), secret, false, 60, null, null));
        Assert.Equal([isPresent ? (byte)1 : (byte)0, 0], (await connection.NextAsync(WirePacket.ConnAck)).Body);
        return connection;
    }

    private static async Task SubscribeAsync(RawDevice connection, ulong device)
    {
        await connection.SendAsync(Wire.Subscribe(Wire.V311, 9, Down(device)));
        Assert.Equal(1, (await connection.NextAsync(WirePacket.SubAck)).Body[2]);
    }

    private static async Task<WirePacket> NextMessageAsync(RawDevice connection)
    {
        var packet = await connection.NextAsync();
        Assert.True(packet.IsPublish, $"{packet}");
        return packet;
    }

    private static async Task<int> PublishAsync(RawDevice gateway, ulong device, ushort id)
    {
        var text = DeviceId.Format(device);
        await gateway.SendAsync(Wire.Publish(Wire.V5, $"sc/v1/{text[^2..]}/{text}/up", Samples.Pressure(device, id, IngestHost.Now), 1, id));
        return (await gateway.NextAsync(WirePacket.PubAck)).Code;
    }
}
