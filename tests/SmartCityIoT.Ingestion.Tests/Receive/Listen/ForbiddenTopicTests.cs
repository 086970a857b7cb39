namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>700 topics and filters that are not a device's own: published to, left in a will, subscribed to. None is allowed.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class ForbiddenTopicTests(ForbiddenTopicTests.Door door) : IClassFixture<ForbiddenTopicTests.Door>
{
    [Theory]
    [InlineData(Wire.V311, 1)]
    [InlineData(Wire.V5, 0)]
    [InlineData(Wire.V5, 1)]
    [InlineData(Wire.V5, 2)]
    public async Task A_publish_is_refused(byte level, byte qos)
    {
        var (meter, other) = (await door.AddDeviceAsync(), await door.AddDeviceAsync());
        var head = door.Host.Journal.Head;
        var device = await meter.LogInAsync(level);
        foreach (var topic in ForbiddenTopics.Make(meter, other, ForbiddenTopics.MayPublish, 100))
        {
            await device.SendAsync(Wire.Publish(level, topic, meter.Frame(), qos, packetId: 7), Wire.Ping);
            var answer = await device.NextOrEndAsync();
            Assert.True(answer is null or { First: WirePacket.Disconnect } || (answer.First is WirePacket.PubAck or WirePacket.PubRec && answer.Code >= 0x80), $"{topic}: {answer}");
            if (answer is not null && answer.First != WirePacket.Disconnect)
            {
                await device.NextAsync(WirePacket.PingAnswer);
                continue;
            }

            device.Dispose();
            device = await meter.LogInAsync(level);
        }

        // What is its own passes.
        await device.SendAsync(Wire.Publish(level, meter.Up, meter.Frame(), 1, packetId: 8));
        Assert.Equal(0, (await device.NextAsync(WirePacket.PubAck)).Code);
        Assert.Equal(head + 1, door.Host.Journal.Head);
        device.Dispose();
    }

    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task A_login_with_such_a_will_is_refused(byte level)
    {
        var (meter, other) = (await door.AddDeviceAsync(), await door.AddDeviceAsync());
        var head = door.Host.Journal.Head;
        foreach (var topic in ForbiddenTopics.Make(meter, other, ForbiddenTopics.MayPublish, 50))
        {
            using var device = await RawDevice.ConnectAsync(door.Endpoint);
            await device.SendAsync(meter.Hello(level, will: new WireWill(topic, meter.Frame())));
            var answer = await device.NextOrEndAsync();
            Assert.True(answer is null || (answer.First == WirePacket.ConnAck && answer.Body[1] != 0), $"{topic}: {answer}");
            Assert.Null(await device.NextOrEndAsync());
        }

        using var own = await meter.LogInAsync(meter.Hello(level, will: new WireWill(meter.Status, [1])));
        Assert.Equal(head, door.Host.Journal.Head);

        // A farewell, without which this will would be published into the next case.
        await own.SendAsync([0xE0, 0]);
        Assert.Null(await own.NextOrEndAsync());
    }

    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task A_subscription_is_refused(byte level)
    {
        var (meter, other) = (await door.AddDeviceAsync(), await door.AddDeviceAsync());
        var device = await meter.LogInAsync(level);
        foreach (var filter in ForbiddenTopics.Make(meter, other, ForbiddenTopics.MaySubscribe, 100))
        {
            await device.SendAsync(Wire.Subscribe(level, 7, filter));
            var answer = await device.NextOrEndAsync();
            Assert.True(answer is null or { First: WirePacket.Disconnect } || (answer.First == WirePacket.SubAck && answer.Body[^1] >= 0x80), $"{filter}: {answer}");
            if (answer is { First: WirePacket.SubAck }) continue;
            device.Dispose();
            device = await meter.LogInAsync(level);
        }

        foreach (var filter in new[] { meter.Down, meter.Root + "#", meter.Root + "+", meter.Up + "/+" })
        {
            await device.SendAsync(Wire.Subscribe(level, 8, filter));
            Assert.Equal(1, (await device.NextAsync(WirePacket.SubAck)).Body[^1]);
        }

        device.Dispose();
    }

    public sealed class Door() : DoorHost(("LoginsPerSecond", 100_000));
}
