using SmartCityIoT.LoadTest.Mqtt;
using SmartCityIoT.Mqtt;

namespace SmartCityIoT.LoadTest.Tests.Mqtt;

public class PacketTests
{
    [Fact]
    public void A_connect_is_read_as_it_was_built()
    {
        Assert.Equal(new ClientHello("one", true, 1234), ClientHello.Read(BodyOf(PacketBuilder.Connect("one", 1234))));
    }

    [Fact]
    public void A_subscribe_is_read_as_it_was_built()
    {
        // Enough filters that the length takes two bytes.
        var filters = Enumerable.Range(0, 40).Select(i => $"sc/v1/{i:x2}/+/up").ToList();
        var read = Subscription.Read(BodyOf(PacketBuilder.Subscribe(filters, 1)), isVersion5: true);
        Assert.Equal(filters, read.Filters.Select(one => one.Filter));
        Assert.All(read.Filters, one => Assert.Equal(1, one.Qos));
    }

    [Theory]
    [InlineData("sc/v1/+/+/up", "sc/v1/a1/70b3d57ed00010a1/up", true)]
    [InlineData("sc/v1/a1/+/up", "sc/v1/a1/70b3d57ed00010a1/up", true)]
    [InlineData("sc/v1/a2/+/up", "sc/v1/a1/70b3d57ed00010a1/up", false)]
    [InlineData("sc/v1/+/+/up/+", "sc/v1/a1/70b3d57ed00010a1/up", false)]
    [InlineData("sc/v1/+/+", "sc/v1/a1/70b3d57ed00010a1/up", false)]
    [InlineData("#", "sc/v1/a1/70b3d57ed00010a1/up", true)]
    [InlineData("sc/#", "sc/v1/a1/70b3d57ed00010a1/up", true)]
    public void A_filter_takes_the_topics_that_it_says(string filter, string topic, bool takes) => Assert.Equal(takes, Subscription.Matches(filter, topic));

    [Fact]
    public void The_receive_maximum_is_found_behind_other_properties()
    {
        // Session expiry, a user property, then Receive Maximum 7.
        byte[] properties = [0x11, 0, 0, 0, 9, 0x26, 0, 1, (byte)'a', 0, 2, (byte)'b', (byte)'c', 0x21, 0, 7];
        Assert.Equal((ushort)7, Properties.ReceiveMaximum(properties));
        Assert.Null(Properties.ReceiveMaximum(properties.AsSpan(0, 13)));
    }

    private static byte[] BodyOf(byte[] packet)
    {
        Assert.Equal(HeaderStatus.Ok, FixedHeader.TryRead(packet, out var header));
        Assert.Equal(packet.Length, header.PacketLength);
        return packet[header.HeaderLength..];
    }
}
