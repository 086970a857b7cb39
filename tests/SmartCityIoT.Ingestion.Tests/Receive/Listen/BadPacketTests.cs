namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>What a client that is logged in must not send, and the ways in which the bytes of a good one may come.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class BadPacketTests(DoorHost door) : IClassFixture<DoorHost>
{
    private const int LargestPacket = 65_536;

    public static TheoryData<string, byte[], bool, string> Offences() => new()
    {
        { "256 MiB, announced only", [0x32, 0xFF, 0xFF, 0xFF, 0x7F], false, "too-large" },
        { "one byte more than a packet may have", [0x32, .. Wire.Length(LargestPacket - 4 + 1)], false, "too-large" },
        { "half a packet and FIN", [0x32, 100, 0, 1, (byte)'t', 0, 1], true, "truncated" },
        { "half a header and FIN", [0x32], true, "truncated" },
        { "endless length", [0x32, 0x80, 0x80, 0x80, 0x80], false, "malformed" },
        { "QoS 3", [0x36, 5, 0, 1, (byte)'t', 0, 1], false, "malformed" },
        { "a second CONNECT", [0x10, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 1, (byte)'a'], false, "protocol-error" },
        { "CONNACK", [0x20, 2, 0, 0], false, "protocol-error" },
        { "SUBACK", [0x90, 3, 0, 1, 0], false, "protocol-error" },
        { "UNSUBACK", [0xB0, 2, 0, 1], false, "protocol-error" },
        { "PINGRESP", Wire.PingAnswer, false, "protocol-error" },
        { "PUBREC of nothing", [0x50, 2, 0, 1], false, "protocol-error" },
        { "PUBCOMP of nothing", [0x70, 2, 0, 1], false, "protocol-error" },
        { "AUTH", [0xF0, 0], false, "protocol-error" },
        { "the reserved type", [0x00, 0], false, "malformed" },
        { "PINGREQ with a body", [0xC0, 1, 0], false, "malformed" },
        { "SUBSCRIBE without a filter", [0x82, 2, 0, 1], false, "protocol-error" },
    };

    [Theory]
    [MemberData(nameof(Offences))]
    public async Task A_bad_packet_ends_the_connection(string name, byte[] bytes, bool isFinished, string reason)
    {
        Assert.NotEmpty(name);
        var meter = await door.AddDeviceAsync();
        var before = door.Host.Journal.Head;
        using var refusals = new Refusals();
        using var device = await meter.LogInAsync(Wire.V311);
        await device.SendAsync(bytes);
        if (isFinished) device.Finish();
        Assert.Empty(await device.ReadToEndAsync());
        await Eventually.Until(() => refusals.Reasons.Length == 1 && door.Host.Door.Connections == 0, "the connection ends, and is counted");
        Assert.Equal([reason], refusals.Reasons);
        Assert.Equal(before, door.Host.Journal.Head);
    }

    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task A_packet_at_the_limit_passes(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var rest = LargestPacket - Wire.Publish(level, meter.Up, new byte[60_000]).Length;
        var largest = Wire.Publish(level, meter.Up, new byte[60_000 + rest]);
        Assert.Equal(LargestPacket, largest.Length);
        using var device = await meter.LogInAsync(level);
        await device.SendAsync(largest);
        Assert.Equal(0, (await device.NextAsync(WirePacket.PubAck)).Code);
    }

    [Fact]
    public async Task All_at_once_and_a_FIN_behind_it_is_still_heard()
    {
        var meter = await door.AddDeviceAsync();
        var before = door.Host.Journal.Head;
        using var refusals = new Refusals();
        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        await device.SendAsync(
            meter.Hello(Wire.V311), Wire.Publish(Wire.V311, meter.Up, meter.Frame(), 1, 1), Wire.Publish(Wire.V311, meter.Up, meter.Frame(), 1, 2), [0xE0, 0]);
        device.Finish();
        await Eventually.Until(() => door.Host.Journal.Head == before + 2 && door.Host.Door.Connections == 0, "both messages, and the end");
        Assert.Empty(refusals.Reasons);
    }

    [Fact]
    public async Task A_stream_split_at_every_byte_passes()
    {
        var meter = await door.AddDeviceAsync();
        var length = Stream(meter).Length;
        for (var cut = 1; cut < length; cut++)
        {
            var stream = Stream(meter);
            using var device = await RawDevice.ConnectAsync(door.Endpoint);
            await device.SendAsync(stream[..cut]);

            // What stands before the cut has been looked at when the answer to the CONNECT is there.
            var isIn = cut >= meter.Hello(Wire.V5).Length;
            if (isIn) await device.NextAsync(WirePacket.ConnAck);
            await device.SendAsync(stream[cut..]);
            if (!isIn) await device.NextAsync(WirePacket.ConnAck);
            await AnsweredAsync(device);
        }
    }

    [Fact]
    public async Task Byte_after_byte_passes()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        foreach (var one in Stream(meter)) await device.SendAsync([one]);
        await device.NextAsync(WirePacket.ConnAck);
        await AnsweredAsync(device);
    }

    /// <summary>One of everything, and its answers in whatever order they come.</summary>
    private static byte[] Stream(DoorDevice meter) =>
    [
        .. meter.Hello(Wire.V5), .. Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 1, 1), .. Wire.Subscribe(Wire.V5, 2, meter.Down),
        .. Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 2, 3), .. Wire.Ping,
    ];

    private static async Task AnsweredAsync(RawDevice device)
    {
        byte[] answers = [(await device.NextAsync()).First, (await device.NextAsync()).First, (await device.NextAsync()).First, (await device.NextAsync()).First];
        Assert.Equal([WirePacket.PubAck, WirePacket.PubRec, WirePacket.SubAck, WirePacket.PingAnswer], answers.Order());
    }
}
