using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen.Conformance;

/// <summary>CONNECT and CONNACK: sections 3.1 and 3.2 of either standard.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class LoginTests(StrictDoor door) : IClassFixture<StrictDoor>
{
    private const byte SessionExpiry = 0x11;
    private const byte AssignedClientId = 0x12;
    private const byte ServerKeepAlive = 0x13;
    private const byte AuthMethod = 0x15;
    private const byte ReceiveMaximum = 0x21;
    private const byte TopicAliasMaximum = 0x22;
    private const byte MaximumPacketSize = 0x27;
    private const byte SharedAvailable = 0x2A;

    // MQTT 5: CONNACK's properties, each as it stands there.
    [Fact]
    public async Task Mqtt_3_2_2_3_what_the_server_takes_is_told()
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(meter.Hello(Wire.V5));
        using var _ = device;
        Assert.Equal(
            [
                .. Wire.Number(ReceiveMaximum, StrictDoor.ReceiveMaximum, 2), .. Wire.Number(MaximumPacketSize, StrictDoor.MaxPacketBytes, 4),
                .. Wire.Number(TopicAliasMaximum, StrictDoor.TopicAliasMaximum, 2), SharedAvailable, 0,
            ],
            answer.PropertiesAt(2));
    }

    // [MQTT-3.2.2-16], [MQTT-3.1.3-6]: a client without an identifier is given one, and told so.
    [Fact]
    public async Task Mqtt_3_2_2_16_a_client_without_an_identifier_is_given_one()
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(meter.Hello(Wire.V5, clientId: ""));
        using var _ = device;
        AssertHas(answer.PropertiesAt(2), [AssignedClientId, 0, 16, .. Encoding.ASCII.GetBytes(meter.Id)]);
    }

    // MQTT 3.1.1 [MQTT-3.1.3-7], [MQTT-3.1.3-8], [MQTT-3.1.3-9].
    [Fact]
    public async Task Mqtt_3_1_3_8_an_empty_identifier_needs_a_clean_session()
    {
        var meter = await door.AddDeviceAsync();
        var (refused, answer) = await meter.AskAsync(meter.Hello(Wire.V311, isClean: false, clientId: ""));
        Assert.Equal([0, 2], answer.Body);
        Assert.Null(await refused.NextOrEndAsync());
        refused.Dispose();
        using var device = await meter.LogInAsync(meter.Hello(Wire.V311, clientId: ""));
    }

    // [MQTT-3.2.2-21], [MQTT-3.1.2-21]: the server's keep alive stands where the client's is longer than it waits, or endless.
    [Theory]
    [InlineData(0, true)]
    [InlineData(StrictDoor.MaxKeepAliveSeconds, false)]
    [InlineData(StrictDoor.MaxKeepAliveSeconds + 1, true)]
    [InlineData(ushort.MaxValue, true)]
    public async Task Mqtt_3_2_2_21_the_servers_keep_alive_is_told(int keepAlive, bool isTold)
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(meter.Hello(Wire.V5, keepAlive: (ushort)keepAlive));
        using var _ = device;
        Assert.Equal(isTold, Has(answer.PropertiesAt(2), Wire.Number(ServerKeepAlive, StrictDoor.MaxKeepAliveSeconds, 2)));
    }

    // 3.2.2.3.2: a session expiry other than what was asked for is told.
    [Theory]
    [InlineData(StrictDoor.MaxSessionExpirySeconds, false)]
    [InlineData(StrictDoor.MaxSessionExpirySeconds + 1, true)]
    [InlineData(uint.MaxValue, true)]
    public async Task Mqtt_3_2_2_3_2_a_shorter_session_expiry_is_told(uint asked, bool isTold)
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(meter.Hello(Wire.V5, properties: Wire.Number(SessionExpiry, asked, 4)));
        using var _ = device;
        Assert.Equal(isTold, Has(answer.PropertiesAt(2), Wire.Number(SessionExpiry, StrictDoor.MaxSessionExpirySeconds, 4)));
    }

    // [MQTT-4.12.0-1]: an authentication method that the server does not have.
    [Fact]
    public async Task Mqtt_4_12_0_1_an_authentication_method_is_refused()
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(meter.Hello(Wire.V5, properties: [AuthMethod, .. Wire.Text("SCRAM-SHA-1")]));
        using var _ = device;
        Assert.Equal([0, 0x8C, 0], answer.Body);
        Assert.Null(await device.NextOrEndAsync());
    }

    // [MQTT-3.1.4-5], [MQTT-3.2.2-7], 3.1.1 [MQTT-3.2.2-5]: a refusal says why, and the connection ends. [MQTT-3.2.2-6]: no session with it.
    [Theory]
    [InlineData(Wire.V311, 4)]
    [InlineData(Wire.V5, 0x86)]
    public async Task Mqtt_3_2_2_7_a_refused_login_ends_with_its_code(byte level, byte code)
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(Wire.Connect(level, meter.Id, meter.Id, "wrong", isClean: false));
        using var _ = device;
        Assert.Equal(new byte[] { 0, code }, answer.Body[..2]);
        Assert.Null(await device.NextOrEndAsync());
    }

    // [MQTT-3.1.4-6]: packets may follow CONNECT at once; [MQTT-3.1.4-7]: of a client that is refused they are not processed.
    [Fact]
    public async Task Mqtt_3_1_4_6_packets_may_follow_at_once()
    {
        var meter = await door.AddDeviceAsync();
        var before = door.Host.Journal.Head;
        using var refused = await RawDevice.ConnectAsync(door.Endpoint);
        await refused.SendAsync(Wire.Connect(Wire.V5, meter.Id, meter.Id, "wrong"), Wire.Publish(Wire.V5, meter.Up, meter.Frame()));
        await refused.NextAsync(WirePacket.ConnAck);
        Assert.Null(await refused.NextOrEndAsync());

        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        await device.SendAsync(meter.Hello(Wire.V5), Wire.Publish(Wire.V5, meter.Up, meter.Frame()));
        await device.NextAsync(WirePacket.ConnAck);
        await device.NextAsync(WirePacket.PubAck);
        Assert.Equal(before + 1, door.Host.Journal.Head);
    }

    // [MQTT-3.2.0-1], [MQTT-3.2.0-2]: the first packet of a server is one CONNACK, also while others take the connection over.
    [Fact]
    public async Task Mqtt_3_2_0_1_the_first_packet_is_CONNACK()
    {
        var meter = await door.AddDeviceAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var device = await RawDevice.ConnectAsync(door.Endpoint);
                await device.SendAsync(meter.Hello(Wire.V5, isClean: false));
                var first = await device.NextOrEndAsync();
                Assert.True(first is null or { First: WirePacket.ConnAck }, $"the first packet is {first}");
                if (i % 2 == 0) await device.SendAsync(Wire.Ping);
                while (i % 2 == 0 && await device.NextOrEndAsync() is { } next && next.First != WirePacket.PingAnswer)
                {
                    Assert.Equal(WirePacket.Disconnect, next.First);
                }
            }
        }));
    }

    // [MQTT-3.1.2-24]: nothing larger than the client takes. What it must keep to is told in 13 bytes, everything in 18.
    [Theory]
    [InlineData(18, 18)]
    [InlineData(17, 13)]
    [InlineData(13, 13)]
    public async Task Mqtt_3_1_2_24_what_the_client_need_not_know_is_left_out(uint largest, int length)
    {
        var meter = await door.AddDeviceAsync();
        var (device, answer) = await meter.AskAsync(meter.Hello(Wire.V5, properties: Wire.Number(MaximumPacketSize, largest, 4)));
        using var _ = device;
        Assert.Equal((0, length), (answer.Body[1], 2 + answer.Body.Length));
        AssertHas(answer.PropertiesAt(2), [.. Wire.Number(ReceiveMaximum, StrictDoor.ReceiveMaximum, 2), .. Wire.Number(MaximumPacketSize, StrictDoor.MaxPacketBytes, 4)]);
        await device.SendAsync(Wire.Ping);
        await device.NextAsync(WirePacket.PingAnswer);
    }

    // [MQTT-3.1.2-24]: a client that cannot be told what it must keep to is refused, and without a word where it takes not even that. It takes nothing over.
    [Theory]
    [InlineData(12, true, 0x95)]
    [InlineData(5, true, 0x95)]
    [InlineData(4, true, null)]
    [InlineData(1, true, null)]
    [InlineData(5, false, 0x86)]
    [InlineData(4, false, null)]
    public async Task Mqtt_3_1_2_24_a_client_that_takes_no_answer_is_closed(uint largest, bool isKnown, int? code)
    {
        var meter = await door.AddDeviceAsync();
        using var before = await meter.LogInAsync(Wire.V5);
        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        var properties = Wire.Number(MaximumPacketSize, largest, 4);
        await device.SendAsync(isKnown ? meter.Hello(Wire.V5, properties: properties) : Wire.Connect(Wire.V5, meter.Id, meter.Id, "wrong", properties: properties));
        byte[] expected = code is { } refusal ? [0x20, 3, 0, (byte)refusal, 0] : [];
        Assert.Equal(expected, await device.ReadToEndAsync());
        await before.SendAsync(Wire.Ping);
        await before.NextAsync(WirePacket.PingAnswer);
    }

    private static bool Has(byte[] properties, byte[] one) => properties.AsSpan().IndexOf(one) >= 0;

    private static void AssertHas(byte[] properties, byte[] one) => Assert.True(Has(properties, one), Convert.ToHexString(properties));
}
