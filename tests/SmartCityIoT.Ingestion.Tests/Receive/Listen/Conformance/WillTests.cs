namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

/// <summary>Wills: sections 3.1.2.5 and 3.1.3.2.2. A will of a device goes into the journal like any message of its own.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class WillTests(StrictDoor door) : IClassFixture<StrictDoor>
{
    private static readonly byte[] Expiry = Wire.Number(0x11, 500, 4);

    // [MQTT-3.1.2-8]: published when the connection ends without a DISCONNECT; retained [MQTT-3.1.2-15], 3.1.1 [MQTT-3.1.2-17].
    [Theory]
    [InlineData(Wire.V311)]
    [InlineData(Wire.V5)]
    public async Task Mqtt_3_1_2_8_a_will_is_published_when_the_connection_breaks(byte level)
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        var device = await meter.LogInAsync(meter.Hello(level, will: new WireWill(meter.Status, "gone"u8.ToArray()) { IsRetained = true }));
        device.Cut();
        await Eventually.Until(() => door.Host.Journal.Head == head + 1, "the will in the journal");

        using var again = await meter.LogInAsync(level);
        await again.SendAsync(Wire.Subscribe(level, 1, meter.Status));
        await again.NextAsync(WirePacket.SubAck);
        var kept = await again.NextAsync();
        Assert.True(kept is { IsPublish: true, IsRetained: true } && kept.Body.AsSpan().EndsWith("gone"u8), kept.ToString());
    }

    // [MQTT-3.1.2-10], [MQTT-3.14.4-3], 3.1.1 [MQTT-3.1.2-10], [MQTT-3.14.4-3]: a DISCONNECT takes the will away.
    // 3.14.2.1: with 0x04 it is published all the same, as it is when the protocol is broken.
    [Theory]
    [InlineData(Wire.V311, "E0 00", false)]
    [InlineData(Wire.V5, "E0 00", false)]
    [InlineData(Wire.V5, "E0 01 00", false)]
    [InlineData(Wire.V5, "E0 01 04", true)]
    [InlineData(Wire.V311, "C0 01 00", true)]
    [InlineData(Wire.V5, "C0 01 00", true)]
    [InlineData(Wire.V311, "", true)]
    public async Task Mqtt_3_1_2_10_a_goodbye_takes_the_will_away(byte level, string last, bool isPublished)
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        using var device = await meter.LogInAsync(meter.Hello(level, will: new WireWill(meter.Status, [1])));
        await device.SendAsync(Convert.FromHexString(last.Replace(" ", "", StringComparison.Ordinal)));
        device.Finish();
        await device.ReadToEndAsync();
        await Eventually.Until(() => door.Host.Door.Sessions.Find(meter.Id) is null, "the end of the connection");
        if (isPublished) await Eventually.Until(() => door.Host.Journal.Head == head + 1, "the will in the journal");
        await SettledAsync();
        Assert.Equal(isPublished ? head + 2 : head + 1, door.Host.Journal.Head);
    }

    // [MQTT-3.1.3-9]: not before its delay; and not at all when the client is back before.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mqtt_3_1_3_9_a_delayed_will_waits_for_the_client(bool comesBack)
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        var hello = meter.Hello(Wire.V5, isClean: false, properties: Expiry, will: new WireWill(meter.Status, [1]) { DelaySeconds = 2 });
        var device = await meter.LogInAsync(hello);
        device.Cut();
        await Eventually.Until(() => door.Host.Door.Sessions.Find(meter.Id) is null, "the end of the connection");
        Assert.Equal(head, door.Host.Journal.Head);
        if (!comesBack)
        {
            await Eventually.Until(() => door.Host.Journal.Head == head + 1, "the will in the journal");
            return;
        }

        using var again = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry));
        await Task.Delay(2_500);
        Assert.Equal(head, door.Host.Journal.Head);
        await again.SendAsync([0xE0, 0]);
    }

    // [MQTT-3.1.3-9]: the end of the session publishes it, whatever is left of the delay.
    [Fact]
    public async Task Mqtt_3_1_2_8_the_end_of_the_session_publishes_a_delayed_will()
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        var will = new WireWill(meter.Status, [1]) { DelaySeconds = 400 };
        var device = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry, will: will));
        device.Cut();
        await Eventually.Until(() => door.Host.Door.Sessions.Find(meter.Id) is null, "the end of the connection");
        using var fresh = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: true));
        await Eventually.Until(() => door.Host.Journal.Head == head + 1, "the will in the journal");

        // A session without expiry ends at once, and with it the delay.
        await fresh.SendAsync([0xE0, 0]);
        var brief = await meter.LogInAsync(meter.Hello(Wire.V5, will: will));
        brief.Cut();
        await Eventually.Until(() => door.Host.Journal.Head == head + 2, "the will in the journal");
    }

    // 3.1.4: a take-over ends the connection without a DISCONNECT: a will without delay is published, one with it is not when the session goes on.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(400, 0)]
    public async Task Mqtt_3_1_4_3_a_take_over_publishes_the_will(uint delay, int published)
    {
        var meter = await door.AddDeviceAsync();
        var head = door.Host.Journal.Head;
        var will = new WireWill(meter.Status, [1]) { DelaySeconds = delay };
        using var first = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry, will: will));
        using var second = await meter.LogInAsync(meter.Hello(Wire.V5, isClean: false, properties: Expiry));
        Assert.Equal(0x8E, await first.DisconnectedAsync());
        await SettledAsync();
        await Eventually.Until(() => door.Host.Journal.Head >= head + published + 1, "the will in the journal");
        Assert.Equal(head + published + 1, door.Host.Journal.Head);
        await second.SendAsync([0xE0, 0]);
    }

    /// <summary>Another device's message is in the journal: what was on the way there before is, too.</summary>
    private async Task SettledAsync()
    {
        var other = await door.AddDeviceAsync();
        using var device = await other.LogInAsync(Wire.V5);
        await device.SendAsync(Wire.Publish(Wire.V5, other.Up, other.Frame()));
        await device.NextAsync(WirePacket.PubAck);
    }
}
