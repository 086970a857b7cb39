using SmartCityIoT.Mqtt.Packets;

namespace SmartCityIoT.Mqtt.Tests.Packets;

public sealed class ConnectPacketNameTests
{
    // Fixed header · "MQTT" level 4 · user name, clean session · keep alive 60 · empty identifier · user name "u".
    private static readonly byte[] Nameless = [0x10, 15, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 0x82, 0, 60, 0, 0, 0, 1, (byte)'u'];

    [Fact]
    public void Nameless_client_gets_the_identifier_and_keeps_the_rest()
    {
        Assert.True(ConnectPacket.TryNameClient(Nameless, "abc"u8, out var named));
        byte[] expected = [0x10, 18, .. Nameless[2..12], 0, 3, (byte)'a', (byte)'b', (byte)'c', .. Nameless[14..]];
        Assert.Equal(expected, named);
    }

    [Fact]
    public void Length_grows_by_a_byte_when_it_must()
    {
        var identifier = new byte[200];
        Assert.True(ConnectPacket.TryNameClient(Nameless, identifier, out var named));
        Assert.Equal(HeaderStatus.Ok, FixedHeader.TryRead(named, out var header));
        Assert.Equal(named.Length, header.PacketLength);
        Assert.Equal(15 + 200, header.RemainingLength);
    }

    [Theory]
    [InlineData(8, 5)] // MQTT 5 names its clients itself.
    [InlineData(9, 0x80)] // Without a clean session the standard wants an identifier.
    [InlineData(13, 1)] // Has one.
    public void Other_packets_are_left_alone(int offset, byte value)
    {
        var packet = Nameless.ToArray();
        packet[offset] = value;
        Assert.False(ConnectPacket.TryNameClient(packet, "abc"u8, out _));
    }

    [Fact]
    public void Every_cut_is_left_alone()
    {
        for (var length = 0; length < Nameless.Length; length++) Assert.False(ConnectPacket.TryNameClient(Nameless.AsSpan(0, length), "abc"u8, out _));
    }
}
