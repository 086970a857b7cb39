using System.Text;

namespace SmartCityIoT.Ingestion.Tests.Receive.Listen;

/// <summary>Bytes of strangers: they are closed without a word, or with the word that the standard has for it, and never cost more than their packet.</summary>
[Collection(Refusals.OneAtATime)]
public sealed class BadStartTests(DoorHost door) : IClassFixture<DoorHost>
{
    public static TheoryData<string, byte[], string> Strangers() => new()
    {
        { "HTTP", Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), "not-mqtt" },
        { "TLS hello", [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3], "not-mqtt" },
        { "noise", [0xDE, 0xAD, 0xBE, 0xEF], "not-mqtt" },
        { "PUBLISH first", Wire.Publish(Wire.V311, "t", [1]), "not-mqtt" },
        { "PINGREQ first", Wire.Ping, "not-mqtt" },
        { "DISCONNECT first", [0xE0, 0], "not-mqtt" },
        { "AUTH first", [0xF0, 0], "not-mqtt" },
        { "CONNACK first", [0x20, 2, 0, 0], "not-mqtt" },
        { "CONNECT with flags in its header", [0x11, 13, 0, 4, .. "MQTT"u8, 4, 2, 0, 60, 0, 1, (byte)'a'], "not-mqtt" },
        { "MQTT 3.1", [0x10, 15, 0, 6, .. "MQIsdp"u8, 3, 2, 0, 60, 0, 1, (byte)'a'], "not-mqtt" },
        { "a reserved flag", [0x10, 13, 0, 4, .. "MQTT"u8, 4, 3, 0, 60, 0, 1, (byte)'a'], "malformed" },
        { "a body of nothing", [0x10, 0], "malformed" },
        { "endless length", [0x10, 0xFF, 0xFF, 0xFF, 0xFF], "not-mqtt" },
        { "256 MiB, announced only", [0x10, 0xFF, 0xFF, 0xFF, 0x7F], "too-large" },
        { "one byte more than a CONNECT may have", [0x10, .. Wire.Length(1_024 - 3 + 1)], "too-large" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task A_bad_start_is_closed_without_a_word(string name, byte[] bytes, string reason)
    {
        Assert.NotEmpty(name);
        using var refusals = new Refusals();
        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        await device.SendAsync(bytes);
        Assert.Empty(await device.ReadToEndAsync());
        await Eventually.Until(() => refusals.Reasons.Length == 1, "the refusal is counted");
        Assert.Equal([reason], refusals.Reasons);
    }

    [Theory]
    [InlineData("10 0D 00 04 4D 51 54 54 06 02 00 3C 00 01 61", "20 03 00 84 00")]
    [InlineData("10 0D 00 04 4D 51 54 54 03 02 00 3C 00 01 61", "20 02 00 01")]
    [InlineData("10 0E 00 04 4D 51 54 54 05 03 00 3C 00 00 01 61", "20 03 00 81 00")]
    [InlineData("10 0C 00 04 4D 51 54 54 04 00 00 3C 00 00", "20 02 00 02")]
    public async Task A_login_that_names_MQTT_is_told_what_is_wrong_with_it(string connect, string answer)
    {
        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        await device.SendAsync(Convert.FromHexString(connect.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal(Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)), await device.ReadToEndAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Leaving_before_a_whole_CONNECT_is_counted(int sent)
    {
        using var refusals = new Refusals();
        var hello = (await door.AddDeviceAsync()).Hello(Wire.V5);
        using var device = await RawDevice.ConnectAsync(door.Endpoint);
        await device.SendAsync(hello[..sent]);
        device.Finish();
        Assert.Empty(await device.ReadToEndAsync());
        await Eventually.Until(() => refusals.Reasons.Length == 1, "the refusal is counted");
        Assert.Equal(["no-connect"], refusals.Reasons);
    }

    [Fact]
    public async Task A_CONNECT_at_the_limit_is_read()
    {
        var meter = await door.AddDeviceAsync();
        var rest = 1_024 - meter.Hello(Wire.V311, will: new WireWill(meter.Up, new byte[500])).Length;
        var hello = meter.Hello(Wire.V311, will: new WireWill(meter.Up, new byte[500 + rest]));
        Assert.Equal(1_024, hello.Length);
        using var device = await meter.LogInAsync(hello);
        await device.SendAsync([0xE0, 0]);
    }
}
