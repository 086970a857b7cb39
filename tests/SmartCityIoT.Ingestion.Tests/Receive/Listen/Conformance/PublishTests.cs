using System.Diagnostics;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

/// <summary>Messages of clients: sections 3.3 to 3.7 and 4.3 to 4.9.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class PublishTests(StrictDoor door) : IClassFixture<StrictDoor>
{
    private const byte TopicAlias = 0x23;
    private static readonly byte[] Expiry = Wire.Number(0x11, 500, 4);

    // [MQTT-4.3.2-4], [MQTT-4.6.0-2]: PUBACKs in the order of the messages, [MQTT-4.6.0-3] PUBRECs too.
    [Theory]
    [InlineData(Wire.V311, 1, WirePacket.PubAck)]
    [InlineData(Wire.V311, 2, WirePacket.PubRec)]
    [InlineData(Wire.V5, 1, WirePacket.PubAck)]
    [InlineData(Wire.V5, 2, WirePacket.PubRec)]
    public async Task Mqtt_4_6_0_2_answers_come_in_the_order_of_the_messages(byte level, byte qos, byte answer)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        ushort[] ids = [700, 3, 65_535, 1, 42, 8, 2];
        await device.SendAsync([.. ids.Select(id => Wire.Publish(level, meter.Up, meter.Frame(), qos, id))]);
        foreach (var id in ids) Assert.Equal(id, (await device.NextAsync(answer)).Id);
    }

    // In MQTT 5 a message that is refused is answered in its place.
    [Fact]
    public async Task Mqtt_4_6_0_2_a_refused_message_keeps_its_place()
    {
        var (meter, other) = (await door.AddDeviceAsync(), await door.AddDeviceAsync());
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(
            Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 1, 1), Wire.Publish(Wire.V5, other.Up, meter.Frame(), 1, 2), Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 1, 3));
        foreach (var (id, code) in new (ushort, byte)[] { (1, 0), (2, 0x87), (3, 0) })
        {
            var answer = await device.NextAsync(WirePacket.PubAck);
            Assert.Equal((id, code), (answer.Id, answer.Code));
        }
    }

    // [MQTT-4.3.3-8] to [MQTT-4.3.3-12], 3.1.1 [MQTT-4.3.3-2]: PUBREC, PUBREL, PUBCOMP; a duplicate before PUBREL is answered and not taken again.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_4_3_3_10_a_duplicate_before_its_release_is_not_taken_again(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        using var device = await meter.LogInAsync(level);
        var frame = meter.Frame();
        await device.SendAsync(Wire.Publish(level, meter.Up, frame, 2, 5));
        Assert.Equal(5, (await device.NextAsync(WirePacket.PubRec)).Id);
        await device.SendAsync(Wire.Publish(level, meter.Up, frame, 2, 5, isAgain: true));
        Assert.Equal(5, (await device.NextAsync(WirePacket.PubRec)).Id);
        Assert.Equal(head + 1, door.Host.Journal.Head);

        await device.SendAsync(Wire.Answer(WirePacket.PubRel, 5));
        var complete = await device.NextAsync(WirePacket.PubComp);
        Assert.Equal((5, 0), ((int)complete.Id, (int)complete.Code));

        // From there on the identifier is a new message's.
        await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame(), 2, 5));
        Assert.Equal(5, (await device.NextAsync(WirePacket.PubRec)).Id);
        Assert.Equal(head + 2, door.Host.Journal.Head);
    }

    // [MQTT-4.3.3-13]: the state outlives the connection with its session; all that a client may have under way may come again.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_4_3_3_13_what_is_not_released_outlives_the_connection(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        var hello = meter.Hello(level, isClean: false, properties: level == Wire.V5 ? Expiry : null);
        var device = await meter.LogInAsync(hello);
        var frames = Enumerable.Range(0, StrictDoor.ReceiveMaximum).Select(_ => meter.Frame()).ToArray();
        for (ushort i = 0; i < frames.Length; i++) await device.SendAsync(Wire.Publish(level, meter.Up, frames[i], 2, (ushort)(i + 1)));
        for (var i = 0; i < frames.Length; i++) await device.NextAsync(WirePacket.PubRec);
        device.Cut();

        // The client has seen no PUBREC.
        using var again = await meter.LogInAsync(hello);
        for (ushort i = 0; i < frames.Length; i++) await again.SendAsync(Wire.Publish(level, meter.Up, frames[i], 2, (ushort)(i + 1), isAgain: true));
        for (var i = 1; i <= frames.Length; i++) Assert.Equal(i, (await again.NextAsync(WirePacket.PubRec)).Id);
        for (ushort i = 1; i <= frames.Length; i++) await again.SendAsync(Wire.Answer(WirePacket.PubRel, i));
        for (var i = 1; i <= frames.Length; i++) Assert.Equal(i, (await again.NextAsync(WirePacket.PubComp)).Id);
        Assert.Equal(head + frames.Length, door.Host.Journal.Head);
    }

    // 3.7.2.1: PUBREL of an identifier that is not known; 3.1.1 answers all the same.
    [Theory]
    [InlineData(Wire.V311, 0)]
    [InlineData(Wire.V5, 0x92)]
    public async Task Mqtt_3_7_2_1_a_release_of_nothing_is_answered(byte level, byte code)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        await device.SendAsync(Wire.Answer(WirePacket.PubRel, 99));
        var answer = await device.NextAsync(WirePacket.PubComp);
        Assert.Equal(((ushort)99, code), (answer.Id, answer.Code));
    }

    // [MQTT-3.3.4-9], 4.9: more under way than Receive Maximum. In MQTT 3.1.1, which has no such number, no more are read, or the connection ends.
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_3_3_4_9_more_than_the_receive_maximum_ends_the_connection(byte level)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        for (ushort i = 1; i <= StrictDoor.ReceiveMaximum; i++)
        {
            await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame(), 2, i));
            await device.NextAsync(WirePacket.PubRec);
        }

        await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame(), 2, StrictDoor.ReceiveMaximum + 1));
        if (level == Wire.V5) Assert.Equal(0x93, await device.DisconnectedAsync());
        else Assert.Null(await device.NextOrEndAsync());
    }

    // A client of 3.1.1 that has many messages under way is read as the answers leave.
    [Fact]
    public async Task Mqtt_4_9_a_client_of_3_1_1_is_read_as_fast_as_it_is_answered()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V311);
        await device.SendAsync([.. Enumerable.Range(1, 1_000).Select(i => Wire.Publish(Wire.V311, meter.Up, meter.Frame(), 1, (ushort)i))]);
        for (var i = 1; i <= 1_000; i++) Assert.Equal(i, (await device.NextAsync(WirePacket.PubAck)).Id);
    }

    // 3.3.2.3.4, [MQTT-3.3.2-8] to [MQTT-3.3.2-12]: an alias stands for its topic until it is given another.
    [Fact]
    public async Task Mqtt_3_3_2_12_an_alias_stands_for_its_topic()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Subscribe(Wire.V5, 1, meter.Root + "#", options: 0));
        await device.NextAsync(WirePacket.SubAck);
        byte[] alias = Wire.Number(TopicAlias, StrictDoor.TopicAliasMaximum, 2);
        foreach (var (topic, heard) in new[] { (meter.Up, meter.Up), ("", meter.Up), (meter.Up + "/7", meter.Up + "/7"), ("", meter.Up + "/7") })
        {
            await device.SendAsync(Wire.Publish(Wire.V5, topic, meter.Frame(), 0, properties: alias));
            var message = await device.NextAsync(0x30);
            Assert.Equal(heard, message.Topic);
        }
    }

    // [MQTT-3.3.2-9]: an alias above the maximum, or 0; 3.3.2.3.4: one that was never set. They end with the connection [MQTT-3.3.2-7].
    [Theory]
    [InlineData("up", StrictDoor.TopicAliasMaximum + 1, 0x94)]
    [InlineData("up", 0, 0x94)]
    [InlineData("", 2, 0x82)]
    public async Task Mqtt_3_3_2_9_a_bad_alias_ends_the_connection(string ending, int alias, byte code)
    {
        var meter = await door.AddDeviceAsync();
        var first = await meter.LogInAsync(Wire.V5);
        await first.SendAsync(Wire.Publish(Wire.V5, meter.Up, meter.Frame(), 1, properties: Wire.Number(TopicAlias, 2, 2)));
        await first.NextAsync(WirePacket.PubAck);
        first.Cut();
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Publish(Wire.V5, ending.Length > 0 ? meter.Up : "", meter.Frame(), 1, properties: Wire.Number(TopicAlias, (uint)alias, 2)));
        Assert.Equal(code, await device.DisconnectedAsync());
    }

    // [MQTT-3.2.2-15] read from the server's side, 4.13: a packet above the maximum that was agreed.
    [Fact]
    public async Task Mqtt_3_2_2_15_a_packet_that_is_too_large_ends_the_connection()
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Publish(Wire.V5, meter.Up, new byte[StrictDoor.MaxPacketBytes]));
        Assert.Equal(0x95, await device.DisconnectedAsync());
    }

    // 3.3.2.3.2: a payload that is not the text that it is said to be.
    [Fact]
    public async Task Mqtt_3_3_2_3_2_a_payload_that_is_not_what_it_says_is_refused()
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        using var device = await meter.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Publish(Wire.V5, meter.Up, [0xFF], 1, 3, properties: [1, 1]), Wire.Publish(Wire.V5, meter.Status, "gut"u8.ToArray(), 1, 4, properties: [1, 1]));
        Assert.Equal(0x99, (await device.NextAsync(WirePacket.PubAck)).Code);
        Assert.Equal(0, (await device.NextAsync(WirePacket.PubAck)).Code);
        Assert.Equal(head + 1, door.Host.Journal.Head);
    }

    // User properties are bounded: reading them costs and they lead nowhere.
    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public async Task User_properties_are_bounded(int count, bool passes)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(Wire.V5);
        byte[] one = [0x26, 0, 0, 0, 0];
        byte[] all = [.. Enumerable.Repeat(one, count).SelectMany(bytes => bytes)];
        var topic = Wire.Text(meter.Up);
        await device.SendAsync(Wire.Packet(0x32, [.. topic, 0, 1, .. Wire.Length(all.Length), .. all, .. meter.Frame()]));
        if (passes) Assert.Equal(0, (await device.NextAsync(WirePacket.PubAck)).Code);
        else Assert.Equal(0x97, await device.DisconnectedAsync());
    }

    // [MQTT-3.12.4-1].
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_3_12_4_1_a_ping_is_answered(byte level)
    {
        var meter = await door.AddDeviceAsync();
        using var device = await meter.LogInAsync(level);
        await device.SendAsync(Wire.Ping);
        Assert.Empty((await device.NextAsync(WirePacket.PingAnswer)).Body);
    }

    // A credential that is withdrawn, and a device that is retired, end the connection that they opened, within a second; the median of five decides.
    [Theory]
    [InlineData(Wire.V311, false)]
    [InlineData(Wire.V5, false)]
    [InlineData(Wire.V5, true)]
    public async Task A_login_that_is_withdrawn_ends_its_connection(byte level, bool isRetired)
    {
        var other = await door.AddDeviceAsync();
        using var untouched = await other.LogInAsync(level);
        var taken = new List<TimeSpan>();
        foreach (var meter in await door.AddDevicesAsync(5))
        {
            using var device = await meter.LogInAsync(level);
            var since = Stopwatch.GetTimestamp();
            if (isRetired) await door.Host.Registry.RetireAsync(meter.Number, "test", CancellationToken.None);
            else await door.Host.Registry.RevokeCredentialAsync(meter.Number, meter.Credential, "test", CancellationToken.None);
            if (level == Wire.V5) Assert.Equal(0x87, await device.DisconnectedAsync());
            else Assert.Null(await device.NextOrEndAsync());
            taken.Add(Stopwatch.GetElapsedTime(since));
            var (refused, answer) = await meter.AskAsync(meter.Hello(level));
            Assert.NotEqual(0, answer.Body[1]);
            refused.Dispose();
        }

        Assert.True(taken.Order().ElementAt(2) <= TimeSpan.FromSeconds(1), $"closed after {string.Join(", ", taken)}");
        await untouched.SendAsync(Wire.Ping);
        await untouched.NextAsync(WirePacket.PingAnswer);
    }
}
