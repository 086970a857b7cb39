using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Tests.Packets;

public sealed class ConnectPacketGuardTests
{
    // Client identifier "a"; user name and password follow where the flags say so, which is not this check's business.
    private static byte[] Body(byte level = 4, byte flags = 0x02) => [0, 4, .. "MQTT"u8, level, flags, 0, 60, 0, 1, (byte)'a'];

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Both_levels_pass(byte level)
    {
        byte[] body = Body(level);
        Assert.Equal(ConnectStatus.Ok, ConnectPacket.Check(body, out byte read));
        Assert.Equal(level, read);
        Assert.Equal(60, ConnectPacket.KeepAliveSeconds(body));
    }

    [Fact]
    public void Every_cut_of_a_good_one_is_malformed()
    {
        byte[] body = Body();
        for (int cut = 0; cut < ConnectPacket.VariableHeaderLength + 2; cut++)
        {
            Assert.Equal(ConnectStatus.Malformed, ConnectPacket.Check(body.AsSpan(0, cut), out byte level));
            Assert.Equal(0, level);
        }
    }

    [Fact]
    public void Other_protocols_and_levels_are_told_apart()
    {
        byte[] mqtt31 = [0, 6, .. "MQIsdp"u8, 3, 2, 0, 60, 0, 1, (byte)'a'];
        Assert.Equal(ConnectStatus.OtherProtocol, ConnectPacket.Check(mqtt31, out _));
        Assert.Equal(ConnectStatus.OtherProtocol, ConnectPacket.Check("GET / HTTP/1.1\r\n"u8, out _));
        Assert.Equal(ConnectStatus.OtherProtocol, ConnectPacket.Check("G"u8, out _));
        Assert.Equal(ConnectStatus.OtherLevel, ConnectPacket.Check(Body(3), out _));
        Assert.Equal(ConnectStatus.OtherLevel, ConnectPacket.Check(Body(6), out _));
        Assert.Equal(ConnectStatus.OtherLevel, ConnectPacket.Check(Body(0x84), out _));
    }

    [Theory]
    [InlineData(4, 0x01, false)] // the reserved bit
    [InlineData(4, 0x00, true)]
    [InlineData(4, 0x08, false)] // will QoS without a will
    [InlineData(4, 0x20, false)] // will retain without a will
    [InlineData(4, 0x2C, true)]
    [InlineData(4, 0x1C, false)] // will QoS 3
    [InlineData(4, 0x42, false)] // a password without a user name …
    [InlineData(5, 0x42, true)] // … which MQTT 5 allows
    [InlineData(4, 0xC2, true)]
    public void Flags_that_contradict_each_other_are_malformed(byte level, byte flags, bool isLegal) =>
        Assert.Equal(isLegal ? ConnectStatus.Ok : ConnectStatus.Malformed, ConnectPacket.Check(Body(level, flags), out _));
}
