namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

/// <summary>Sessions, and who has them: sections 3.1.2.4, 3.1.2.11.2, 3.1.4, 3.14.2.2.2 and 4.1 of MQTT 5, 3.1.2.4 of 3.1.1.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class SessionTests(StrictDoor door) : IClassFixture<StrictDoor>
{
    private static readonly byte[] Expiry = Wire.Number(0x11, 500, 4);

    // [MQTT-3.1.2-5], [MQTT-3.2.2-3]; 3.1.1 [MQTT-3.1.2-4], [MQTT-3.2.2-2]: a session that was kept goes on, with its subscriptions, and is told.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_3_1_2_5_a_session_that_was_kept_goes_on(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var properties = level == Wire.V5 ? Expiry : null;
        var (device, first) = await meter.AskAsync(meter.Hello(level, isClean: false, properties: properties));
        Assert.Equal(0, first.Body[0]);
        await device.SendAsync(Wire.Subscribe(level, 1, meter.Up));
        await device.NextAsync(WirePacket.SubAck);
        device.Cut();

        var (again, second) = await meter.AskAsync(meter.Hello(level, isClean: false, properties: properties));
        Assert.Equal(1, second.Body[0]);
        await EchoesAsync(again, meter, level);

        // [MQTT-3.1.2-4], [MQTT-3.2.2-2]; 3.1.1 [MQTT-3.1.2-6]: a clean start ends it.
        again.Cut();
        var (fresh, third) = await meter.AskAsync(meter.Hello(level, isClean: true, properties: properties));
        Assert.Equal(0, third.Body[0]);
        await fresh.SendAsync(Wire.Publish(level, meter.Up, meter.Frame()));
        await fresh.NextAsync(WirePacket.PubAck);
        await fresh.SendAsync(Wire.Ping);
        await fresh.NextAsync(WirePacket.PingAnswer);
        fresh.Dispose();
    }

    // 3.1.2.11.2: without a session expiry, or with 0, the session ends with its connection, also when another connection takes over.
    // 3.1.1 [MQTT-3.1.2-6]: what a clean session held must not be reused.
    [Theory]
    [InlineData(Wire.V311, true)]
    [InlineData(Wire.V311, false)]
    [InlineData(Wire.V5, true)]
    [InlineData(Wire.V5, false)]
    public async Task Mqtt_3_1_2_11_2_a_session_without_expiry_ends_with_its_connection(byte level, bool isTakenOver)
    {
        var meter = await door.AddDeviceAsync();
        var device = await meter.LogInAsync(meter.Hello(level, isClean: true));
        await device.SendAsync(Wire.Subscribe(level, 1, meter.Up));
        await device.NextAsync(WirePacket.SubAck);
        if (!isTakenOver)
        {
            device.Cut();
            await Eventually.Until(() => door.Host.Door.Sessions.Find(meter.Id) is null, "the end of the connection");
        }

        var (next, answer) = await meter.AskAsync(meter.Hello(level, isClean: false, properties: level == Wire.V5 ? Expiry : null));
        using var _ = next;
        Assert.Equal(0, answer.Body[0]);
        await next.SendAsync(Wire.Publish(level, meter.Up, meter.Frame()));
        await next.NextAsync(WirePacket.PubAck);
        await next.SendAsync(Wire.Ping);
        await next.NextAsync(WirePacket.PingAnswer);
        device.Dispose();
    }

    // [MQTT-3.1.4-3], 3.1.1 [MQTT-3.1.4-2]: the connection that was there is closed, in MQTT 5 with 0x8E; the session goes to the new one.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_3_1_4_3_a_second_connection_takes_over(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var properties = level == Wire.V5 ? Expiry : null;
        using var first = await meter.LogInAsync(meter.Hello(level, isClean: false, properties: properties));
        await first.SendAsync(Wire.Subscribe(level, 1, meter.Up));
        await first.NextAsync(WirePacket.SubAck);
        var (second, answer) = await meter.AskAsync(meter.Hello(level, isClean: false, properties: properties));
        using var _ = second;
        Assert.Equal(1, answer.Body[0]);
        if (level == Wire.V5) Assert.Equal(0x8E, await first.DisconnectedAsync());
        else Assert.Null(await first.NextOrEndAsync());
        await EchoesAsync(second, meter, level);
    }

    // 3.14.2.2.2: DISCONNECT may change the expiry, to 0 as well.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(600, 1)]
    public async Task Mqtt_3_14_2_2_2_a_goodbye_may_change_the_expiry(uint seconds, byte present)
    {
        var meter = await door.AddDeviceAsync();
        var device = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry));
        await device.SendAsync(Wire.Packet(0xE0, [0, 5, .. Wire.Number(0x11, seconds, 4)]));
        Assert.Null(await device.NextOrEndAsync());
        var (again, answer) = await meter.AskAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry));
        Assert.Equal(present, answer.Body[0]);
        again.Dispose();
    }

    // 3.14.2.2.2: an expiry that was 0 at CONNECT cannot become another.
    [Fact]
    public async Task Mqtt_3_14_2_2_2_an_expiry_of_0_cannot_be_changed()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Packet(0xE0, [0, 5, .. Wire.Number(0x11, 10, 4)]));
        Assert.Equal(0x82, await device.DisconnectedAsync());
    }

    // 4.1: a session ends when its time is over.
    [Fact]
    public async Task Mqtt_3_1_2_23_a_session_ends_when_it_has_expired()
    {
        var meter = await door.AddDeviceAsync();
        var device = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: false, properties: Wire.Number(0x11, 1, 4)));
        device.Cut();
        await Eventually.Until(() => door.Host.Door.Sessions.Find(meter.Id) is null, "the end of the connection");
        await Task.Delay(1_100);
        var (again, answer) = await meter.AskAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry));
        Assert.Equal(0, answer.Body[0]);
        again.Dispose();
    }

    // [MQTT-4.4.0-1], [MQTT-4.4.0-2], [MQTT-3.3.1-1]: what was not acknowledged is sent again in its order, with its identifier, as a duplicate.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_4_4_0_1_what_was_not_acknowledged_is_sent_again(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var properties = level == Wire.V5 ? Expiry : null;
        var device = await meter.LogInAsync(meter.Hello(level, isClean: false, properties: properties));
        await device.SendAsync(Wire.Subscribe(level, 1, meter.Up));
        await device.NextAsync(WirePacket.SubAck);
        for (ushort i = 1; i <= 3; i++) await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame(), 1, i));
        var sent = await MessagesAsync(device, 3);
        Assert.All(sent, message => Assert.False(message.IsAgain));
        await device.SendAsync(Wire.Answer(WirePacket.PubAck, sent[1].MessageId), Wire.Ping);
        while ((await device.NextAsync()).First != WirePacket.PingAnswer)
        {
        }

        device.Cut();
        using var again = await meter.LogInAsync(meter.Hello(level, isClean: false, properties: properties));
        var redelivered = await MessagesAsync(again, 2);
        Assert.All(redelivered, message => Assert.True(message.IsAgain));
        Assert.Equal([sent[0].MessageId, sent[2].MessageId], redelivered.Select(message => message.MessageId));
    }

    private static async Task<List<WirePacket>> MessagesAsync(RawDevice device, int count)
    {
        List<WirePacket> messages = [];
        while (messages.Count < count)
        {
            var packet = await device.NextAsync();
            if (packet.IsPublish) messages.Add(packet);
        }

        return messages;
    }

    /// <summary>The subscription to its own topic is there.</summary>
    private static async Task EchoesAsync(RawDevice device, DoorDevice meter, byte level)
    {
        await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame()));
        var message = (await MessagesAsync(device, 1))[0];
        Assert.Equal(meter.Up, message.Topic);
        await device.SendAsync(Wire.Answer(WirePacket.PubAck, message.MessageId));
    }
}
