using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

/// <summary>Commands to devices behind a broker, against a broker by hand.</summary>
public sealed class BrokerCommandTests : IDisposable
{
    private const byte Success = 0;
    private const byte NobodyListens = 0x10;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string folder = IngestHost.NewFolder();
    private readonly FakeBroker broker = new();

    public void Dispose()
    {
        broker.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("3.1.1")]
    public async Task A_command_is_published_at_once_and_the_next_when_it_is_acknowledged(string version)
    {
        var isVersion5 = version == "5";
        await using var host = await StartAsync(("Version", version));
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync(isVersion5);
        var first = await GiveAsync(host, Samples.DeviceA, DeviceCommand.SetInterval(60));
        var second = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);

        var message = await NextAsync(side, isVersion5);
        Assert.Equal((0x32, Down(Samples.DeviceA)), (message.First, message.Topic));
        Assert.Equal(first.Frame.ToArray(), message.Payload);
        if (isVersion5) Assert.InRange(message.ExpiresAfter, 1, (int)(first.ExpiresAt - TimeProvider.System.GetUtcNow()).TotalSeconds + 2);
        Assert.Equal(CommandState.Waiting, State(host, second));
        await AnswerAsync(side, message.Id, Success, isVersion5);

        message = await NextAsync(side, isVersion5);
        Assert.Equal(second.Frame.ToArray(), message.Payload);
        Assert.Equal(CommandState.Delivered, State(host, first));
        await AnswerAsync(side, message.Id, Success, isVersion5);
        await Eventually.Until(() => State(host, second) == CommandState.Delivered, "the second command is noted as delivered");
    }

    [Fact]
    public async Task What_nobody_listened_to_is_published_again_when_the_device_is_heard_and_nothing_overtakes_it()
    {
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync();
        var first = await GiveAsync(host, Samples.DeviceA, DeviceCommand.Identify(5));
        var second = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        await AnswerAsync(side, (await NextAsync(side)).Id, NobodyListens);
        await Eventually.Until(() => State(host, first) == CommandState.Sent, "the command is noted as sent");

        await side.SendAsync(BrokerSide.Publish($"sc/v1/01/{DeviceId.Format(Samples.DeviceA)}/up", Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 7));
        var again = await NextAsync(side);
        Assert.Equal(first.Frame.ToArray(), again.Payload);
        await AnswerAsync(side, again.Id, Success);
        Assert.Equal(second.Frame.ToArray(), (await NextAsync(side)).Payload);
    }

    [Fact]
    public async Task After_a_cut_it_is_sent_again_under_its_identifier_and_marked_4_4_0_1()
    {
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        Message first;
        using (var side = await broker.AcceptSubscribedAsync())
        {
            await GiveAsync(host, Samples.DeviceA, DeviceCommand.Reboot);
            first = await NextAsync(side);
        }

        using var next = await broker.AcceptSubscribedAsync(isSessionPresent: true);
        var again = await NextAsync(next);
        Assert.Equal((0x3A, first.Id), (again.First, again.Id));
        Assert.Equal(first.Payload, again.Payload);
    }

    [Fact]
    public async Task What_waited_before_the_platform_started_goes_out_when_the_broker_is_there()
    {
        QueuedCommand command;
        await using (var host = await IngestHost.StartAsync(folder))
        {
            await host.AddAsync(Samples.DeviceA);
            command = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        }

        await using var later = await StartAsync();
        using var side = await broker.AcceptSubscribedAsync();
        Assert.Equal(command.Frame.ToArray(), (await NextAsync(side)).Payload);
    }

    [Fact]
    public async Task No_more_are_under_way_than_the_broker_takes_3_3_4_9()
    {
        const byte receiveMaximum = 0x21;
        await using var host = await StartAsync();
        await host.AddAsync(Samples.DeviceA);
        await host.AddAsync(Samples.DeviceB);
        using var side = await broker.AcceptSubscribedAsync(isVersion5: true, isSessionPresent: false, receiveMaximum, 0, 1);
        await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        await GiveAsync(host, Samples.DeviceB, DeviceCommand.ReportNow);
        var first = await NextAsync(side);

        // The platform answers a message of the broker's: it has not sent the second command before.
        await side.SendAsync(BrokerSide.Publish($"sc/v1/01/{DeviceId.Format(Samples.DeviceA)}/up", Samples.Pressure(Samples.DeviceA, 1, IngestHost.Now), 7));
        Assert.Equal(0x40, (await side.ReadPacketAsync()).First);
        await AnswerAsync(side, first.Id, Success);
        Assert.NotEqual(first.Topic, (await NextAsync(side)).Topic);
    }

    [Theory]
    [InlineData(0x24, 0)]
    [InlineData(0x27, 0, 0, 0, 30)]
    public async Task A_broker_that_cannot_take_the_message_gets_none_3_2_2_11_3_2_2_15(params int[] properties)
    {
        await using var host = await StartAsync(("KeepAlive", "00:00:01"));
        await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync(isVersion5: true, isSessionPresent: false, [.. properties.Select(value => (byte)value)]);
        await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        Assert.Equal(0xC0, (await side.ReadPacketAsync()).First);
    }

    [Fact]
    public async Task A_device_that_is_connected_itself_gets_its_commands_there()
    {
        await using var host = await StartAsync(("KeepAlive", "00:00:01"));
        var secret = await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync();
        using var device = await SubscribedDeviceAsync(host, secret);
        await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        Assert.True((await device.NextAsync()).IsPublish);
        Assert.Equal(0xC0, (await side.ReadPacketAsync()).First);
    }

    [Fact]
    public async Task A_device_that_comes_back_into_its_session_gets_its_commands_there_from_its_CONNACK_on()
    {
        await using var host = await StartAsync(("KeepAlive", "00:00:01"));
        var secret = await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync();
        using (var before = await SubscribedDeviceAsync(host, secret, cleanStart: false))
        {
            await before.SendAsync([0xE0, 0]);
            Assert.Null(await before.NextOrEndAsync());
        }

        using var device = await ConnectedDeviceAsync(host, secret, cleanStart: false);
        await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        Assert.True((await device.NextAsync()).IsPublish);
        Assert.Equal(0xC0, (await side.ReadPacketAsync()).First);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_device_that_has_left_or_listens_no_longer_gets_its_commands_at_the_broker(bool hasLeft)
    {
        await using var host = await StartAsync();
        var secret = await host.AddAsync(Samples.DeviceA);
        using var side = await broker.AcceptSubscribedAsync();
        using var device = await SubscribedDeviceAsync(host, secret);
        await device.SendAsync(Listen.Wire.Unsubscribe(Listen.Wire.V311, 10, Down(Samples.DeviceA)));
        await device.NextAsync(Listen.WirePacket.UnsubAck);
        if (hasLeft)
        {
            await device.SendAsync([0xE0, 0]);
            Assert.Null(await device.NextOrEndAsync());
        }

        var command = await GiveAsync(host, Samples.DeviceA, DeviceCommand.ReportNow);
        Assert.Equal(command.Frame.ToArray(), (await NextAsync(side)).Payload);
    }

    private static string Down(ulong device) => $"sc/v1/{DeviceId.Format(device)[^2..]}/{DeviceId.Format(device)}/down";

    /// <summary>The device with a connection of its own, on which it has asked for its commands.</summary>
    private static async Task<Listen.RawDevice> SubscribedDeviceAsync(IngestHost host, string secret, bool cleanStart = true)
    {
        var device = await ConnectedDeviceAsync(host, secret, cleanStart);
        await device.SendAsync(Listen.Wire.Subscribe(Listen.Wire.V311, 9, Down(Samples.DeviceA)));
        await device.NextAsync(Listen.WirePacket.SubAck);
        return device;
    }

    private static async Task<Listen.RawDevice> ConnectedDeviceAsync(IngestHost host, string secret, bool cleanStart)
    {
        var device = await Listen.RawDevice.ConnectAsync(host.Endpoint);
        await device.SendAsync(Listen.Wire.Connect(Listen.Wire.V311, "meter", DeviceId.Format(Samples.DeviceA), secret, cleanStart, 60, null, null));
        await device.NextAsync(Listen.WirePacket.ConnAck);
        return device;
    }

    private static CommandState State(IngestHost host, QueuedCommand command) =>
        host.Downlink.ListAsync(command.Device, null, 100, CancellationToken.None).GetAwaiter().GetResult().Single(row => row.Number == command.Number).State;

    private static Task<QueuedCommand> GiveAsync(IngestHost host, ulong device, DeviceCommand command) =>
        host.Downlink.EnqueueAsync(device, command, null, "test", CancellationToken.None);

    private static Task AnswerAsync(BrokerSide side, ushort id, byte code, bool isVersion5 = true) =>
        side.SendAsync(isVersion5 ? [0x40, 3, (byte)(id >> 8), (byte)id, code] : [0x40, 2, (byte)(id >> 8), (byte)id]);

    /// <summary>The next PUBLISH of the platform.</summary>
    private static async Task<Message> NextAsync(BrokerSide side, bool isVersion5 = true)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var (first, body) = await side.ReadPacketAsync().WaitAsync(limit.Token);
            if (first == 0xC0) await side.SendAsync([0xD0, 0]);
            if ((first & 0xF0) != 0x30) continue;
            int length = BinaryPrimitives.ReadUInt16BigEndian(body);
            var rest = body.AsSpan(2 + length);
            var id = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[2..];
            var expires = 0;
            if (isVersion5)
            {
                Assert.Equal([5, 2], rest[..2].ToArray());
                expires = BinaryPrimitives.ReadInt32BigEndian(rest[2..]);
                rest = rest[6..];
            }

            return new Message(first, Encoding.UTF8.GetString(body, 2, length), id, expires, rest.ToArray());
        }
    }

    private Task<IngestHost> StartAsync(params (string Key, string Value)[] settings) => IngestHost.StartAsync(
        folder,
        [
            ("SmartCity:Mqtt:Broker:Host", "127.0.0.1"),
            ("SmartCity:Mqtt:Broker:Port", broker.Port.ToString(CultureInfo.InvariantCulture)),
            .. settings.Select(setting => ($"SmartCity:Mqtt:Broker:{setting.Key}", setting.Value)),
        ]);

    private sealed record Message(int First, string Topic, ushort Id, int ExpiresAfter, byte[] Payload);
}
