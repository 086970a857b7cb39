namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

/// <summary>Subscriptions, and the messages that come of them: sections 3.8 to 3.11, 3.3.4 and 4.7.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class SubscribeTests(StrictDoor door) : IClassFixture<StrictDoor>
{
    private const byte NoLocal = 0b0100;
    private const byte RetainAsPublished = 0b1000;
    private const byte RetainHandling1 = 0b01_0000;
    private const byte RetainHandling2 = 0b10_0000;

    // [MQTT-3.8.4-1], [MQTT-3.8.4-2], [MQTT-3.8.4-5], [MQTT-3.8.4-6], [MQTT-3.9.3-1]; 3.1.1 [MQTT-3.8.4-5]: a code for each filter, in their order.
    [Fact]
    public async Task Mqtt_3_8_4_6_each_filter_has_its_code()
    {
        var (meter, other) = (await door.AddDeviceAsync(), await door.AddDeviceAsync());
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Subscribe(
            Wire.V5, 300, 0, (meter.Down, 0), (meter.Up, 1), (meter.Status, 2), (other.Down, 1), (meter.Root + "nothing", 1), ("$share/g/" + meter.Down, 1), ("#", 0)));
        var answer = await device.NextAsync(WirePacket.SubAck);
        Assert.Equal(300, answer.Id);
        Assert.Equal([0, 1, 1, 0x87, 0x8F, 0x9E, 0x87], answer.Body[3..]);

        using var old = await other.LogInAsync(Wire.V311);
        await old.SendAsync(Wire.Subscribe(Wire.V311, 301, 0, (other.Down, 2), (meter.Down, 1), ("$share/g/" + other.Down, 1), (other.Up, 0)));
        answer = await old.NextAsync(WirePacket.SubAck);
        Assert.Equal(301, answer.Id);
        Assert.Equal([1, 0x80, 0x80, 0], answer.Body[2..]);
    }

    // 3.9.3: too many. One that is there already is no more.
    [Theory]
    [InlineData(Wire.V311, 0x80)]
    [InlineData(Wire.V5, 0x97)]
    public async Task Mqtt_3_9_3_subscriptions_are_bounded(byte level, byte code)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        for (var i = 0; i < StrictDoor.MaxSubscriptions; i++) Assert.Equal(0, await SubscribeAsync(device, level, $"{meter.Up}/{i}", 0));
        Assert.Equal(code, await SubscribeAsync(device, level, $"{meter.Up}/99", 0));
        Assert.Equal(1, await SubscribeAsync(device, level, $"{meter.Up}/0", 1));
        await device.SendAsync(Wire.Unsubscribe(level, 9, meter.Up + "/1"));
        await device.NextAsync(WirePacket.UnsubAck);
        Assert.Equal(0, await SubscribeAsync(device, level, $"{meter.Up}/99", 0));
    }

    // [MQTT-3.10.4-1], [MQTT-3.10.4-4], [MQTT-3.10.4-6], [MQTT-3.11.3-1]: each filter has its code, and no more messages come.
    [Fact]
    public async Task Mqtt_3_10_4_an_unsubscribe_has_its_codes()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        await SubscribeAsync(device, Wire.V5, meter.Up, 0);
        await device.SendAsync(Wire.Unsubscribe(Wire.V5, 400, meter.Down, meter.Up, meter.Up));
        var answer = await device.NextAsync(WirePacket.UnsubAck);
        Assert.Equal(400, answer.Id);
        Assert.Equal([0x11, 0, 0x11], answer.Body[3..]);
        await device.SendAsync(Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 0), Wire.Ping);
        await device.NextAsync(WirePacket.PingAnswer);
    }

    // 3.1.1 [MQTT-3.10.4-4], [MQTT-3.10.4-5]: UNSUBACK, also for nothing.
    [Fact]
    public async Task Mqtt_3_10_4_5_an_unsubscribe_of_nothing_is_answered()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V311);
        await device.SendAsync(Wire.Unsubscribe(Wire.V311, 401, meter.Down));
        Assert.Equal([1, 145], (await device.NextAsync(WirePacket.UnsubAck)).Body);
    }

    // [MQTT-3.3.4-1], [MQTT-3.8.4-8]: at the QoS of the message, and at most at that of the subscription.
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, 1)]
    [InlineData(2, 2, 1)]
    public async Task Mqtt_3_8_4_8_a_message_comes_at_the_lower_quality(byte subscribed, byte published, int expected)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        Assert.Equal(Math.Min(subscribed, (byte)1), await SubscribeAsync(device, Wire.V5, meter.Up, subscribed));
        Assert.Equal(expected, (await EchoAsync(device, meter.Up, published)).Qos);
    }

    // [MQTT-3.3.4-2] to [MQTT-3.3.4-5]: overlapping subscriptions: one message at the highest QoS, with the identifier of each.
    [Fact]
    public async Task Mqtt_3_3_4_4_each_subscription_that_asks_is_named()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        await SubscribeAsync(device, Wire.V5, meter.Up, 0, identifier: 5);
        await SubscribeAsync(device, Wire.V5, meter.Root + "+", 1, identifier: 6);
        await SubscribeAsync(device, Wire.V5, meter.Root + "#", 0);
        await SubscribeAsync(device, Wire.V5, meter.Down, 1, identifier: 7);
        var message = await EchoAsync(device, meter.Up, 1);
        Assert.Equal([0x0B, 5, 0x0B, 6], message.PublishProperties);
        Assert.Equal(1, message.Qos);
        await device.SendAsync(Wire.Ping);
        Assert.Equal(WirePacket.PingAnswer, (await NextButAnswersAsync(device)).First);
    }

    // [MQTT-3.8.3-3]: no local.
    [Fact]
    public async Task Mqtt_3_8_3_3_no_local_keeps_the_clients_own_from_it()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        await SubscribeAsync(device, Wire.V5, meter.Up, 1 | NoLocal);
        await device.SendAsync(Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 0), Wire.Ping);
        await device.NextAsync(WirePacket.PingAnswer);
    }

    // [MQTT-3.3.1-12], [MQTT-3.3.1-13], 3.1.1 [MQTT-3.3.1-9]: retain as published.
    [Theory]
    [InlineData(Wire.V311, 0, false)]
    [InlineData(Wire.V5, 0, false)]
    [InlineData(Wire.V5, RetainAsPublished, true)]
    public async Task Mqtt_3_3_1_12_retain_as_published(byte level, byte options, bool isKept)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        await SubscribeAsync(device, level, meter.Up, options);
        await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame(), 0, isRetained: true));
        Assert.Equal(isKept, (await device.NextAsync()).IsRetained);
    }

    // [MQTT-3.3.1-9] to [MQTT-3.3.1-11], [MQTT-3.8.4-4]: which subscriptions get what was retained; [MQTT-3.3.1-8]: marked as such.
    [Theory]
    [InlineData(Wire.V311, 0, 2)]
    [InlineData(Wire.V5, 0, 2)]
    [InlineData(Wire.V5, RetainHandling1, 1)]
    [InlineData(Wire.V5, RetainHandling2, 0)]
    public async Task Mqtt_3_3_1_9_retain_handling(byte level, byte options, int deliveries)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        await device.SendAsync(Wire.Publish(level, meter.Status, "1"u8.ToArray(), 1, isRetained: true));
        await device.NextAsync(WirePacket.PubAck);
        var retained = 0;
        for (ushort i = 1; i <= 2; i++)
        {
            await device.SendAsync(Wire.Subscribe(level, i, meter.Status, options), Wire.Ping);
            Assert.Equal(i, (await device.NextAsync(WirePacket.SubAck)).Id);
            for (WirePacket packet; (packet = await device.NextAsync()).First != WirePacket.PingAnswer; retained++)
            {
                Assert.Equal((true, true, meter.Status), (packet.IsPublish, packet.IsRetained, packet.Topic));
            }
        }

        Assert.Equal(deliveries, retained);
    }

    // [MQTT-3.3.1-6], [MQTT-3.3.1-7], 3.1.1 [MQTT-3.3.1-10], [MQTT-3.3.1-11]: an empty one takes the retained message away, and is not kept itself.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_3_3_1_6_an_empty_message_takes_the_retained_one_away(byte level)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        await device.SendAsync(
            Wire.Publish(level, meter.Status, "1"u8.ToArray(), 1, 1, isRetained: true), Wire.Publish(level, meter.Status, [], 1, 2, isRetained: true),
            Wire.Subscribe(level, 3, meter.Status), Wire.Ping);
        Assert.Equal(WirePacket.PingAnswer, (await NextButAnswersAsync(device)).First);
    }

    // [MQTT-3.3.4-9] from the other side, 4.9: no more than the client's Receive Maximum under way; the next with an acknowledgement.
    [Fact]
    public async Task Mqtt_3_3_4_9_no_more_than_the_client_takes()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(meter.Hello(Wire.V5, properties: Wire.Number(0x21, 2, 2)));
        await SubscribeAsync(device, Wire.V5, meter.Up, 1);
        for (ushort i = 1; i <= 4; i++) await device.SendAsync(Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 1, i));
        await device.SendAsync(Wire.Ping);
        List<WirePacket> messages = [];
        var acknowledgements = 0;
        for (WirePacket packet; acknowledgements < 4 || messages.Count < 2;)
        {
            packet = await device.NextAsync();
            if (packet.IsPublish) messages.Add(packet);
            if (packet.First == WirePacket.PubAck) acknowledgements++;
        }

        for (var i = 2; i < 4; i++)
        {
            await device.SendAsync(Wire.Ping);
            Assert.Equal(WirePacket.PingAnswer, (await device.NextAsync()).First);
            await device.SendAsync(Wire.Answer(WirePacket.PubAck, messages[i - 2].MessageId));
            messages.Add(await device.NextAsync());
        }

        Assert.Equal(4, messages.Select(message => message.MessageId).Distinct().Count());
    }

    // [MQTT-3.1.2-24], [MQTT-3.1.2-25]: what is larger than the client takes is not sent, as if it had been.
    [Fact]
    public async Task Mqtt_3_1_2_24_nothing_larger_than_the_client_takes()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(meter.Hello(Wire.V5, properties: Wire.Number(0x27, 100, 4)));
        await SubscribeAsync(device, Wire.V5, meter.Up + "/1", 1);
        await device.SendAsync(Wire.Publish(Wire.V5, meter.Up + "/1", new byte[200], 1, 1), Wire.Publish(Wire.V5, meter.Up + "/1", new byte[20], 1, 2));
        WirePacket message;
        while (!(message = await device.NextAsync()).IsPublish)
        {
        }

        Assert.Equal(20, message.Body.Length - message.Topic.Length - 5);
    }

    // [MQTT-3.1.2-24]: SUBACK and UNSUBACK have a code for each filter; what is larger than the client takes ends the connection.
    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task Mqtt_3_1_2_24_no_answer_larger_than_the_client_takes(int filters, bool isAnswered)
    {
        var meter = await door.AddDeviceAsync();
        var hello = meter.Hello(Wire.V5, properties: Wire.Number(0x27, 13, 4));
        var asked = Enumerable.Range(0, filters).Select(i => $"{meter.Up}/{i % 2}").ToArray();
        byte[][] packets = [Wire.Subscribe(Wire.V5, 1, 0, [.. asked.Select(filter => (filter, (byte)1))]), Wire.Unsubscribe(Wire.V5, 2, asked)];
        foreach (var packet in packets)
        {
            using var device = await meter.LogInAsync(hello);
            await device.SendAsync(packet);
            if (isAnswered) Assert.Equal(3 + filters, (await device.NextAsync()).Body.Length);
            else Assert.Equal(0x95, await device.DisconnectedAsync());
        }
    }

    private static async Task<byte> SubscribeAsync(RawDevice device, byte level, string filter, byte options, int identifier = 0)
    {
        await device.SendAsync(Wire.Subscribe(level, 77, filter, options, identifier));
        return (await NextButAnswersAsync(device, WirePacket.SubAck)).Body[^1];
    }

    /// <summary>What comes back of a message of its own.</summary>
    private static async Task<WirePacket> EchoAsync(RawDevice device, string topic, byte qos)
    {
        await device.SendAsync(Wire.Publish(Wire.V5, topic, [1, 2, 3], qos, 55));
        return await NextButAnswersAsync(device);
    }

    private static async Task<WirePacket> NextButAnswersAsync(RawDevice device, byte wanted = 0)
    {
        while (true)
        {
            var packet = await device.NextAsync();
            if (packet.First == wanted || packet.First is not (WirePacket.PubAck or WirePacket.PubRec or WirePacket.SubAck)) return packet;
        }
    }
}
