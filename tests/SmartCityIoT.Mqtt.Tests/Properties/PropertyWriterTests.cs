using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Tests.Properties;

public sealed class PropertyWriterTests
{
    [Fact]
    public void Each_kind_is_written_as_the_standard_encodes_it()
    {
        PropertyWriter writer = new(stackalloc byte[64]);
        Assert.True(writer.TryWrite(PropertyId.PayloadFormatIndicator, 1));
        Assert.True(writer.TryWrite(PropertyId.ReceiveMaximum, 0x0102));
        Assert.True(writer.TryWrite(PropertyId.SessionExpiryInterval, 0x01020304));
        Assert.True(writer.TryWrite(PropertyId.SubscriptionIdentifier, 300));
        Assert.True(writer.TryWrite(PropertyId.ReasonString, "ab"u8));
        Assert.True(writer.TryWrite(PropertyId.CorrelationData, [0xFF]));
        Assert.True(writer.TryWriteUserProperty("k"u8, "v"u8));
        Assert.Equal(
            GoldenPacket.Hex("01 01  21 01 02  11 01 02 03 04  0B AC 02  1F 00 02 61 62  09 00 01 FF  26 00 01 6B 00 01 76"),
            writer.Section.Bytes);
    }

    [Fact]
    public void What_does_not_fit_leaves_no_trace()
    {
        PropertyWriter writer = new(stackalloc byte[4]);
        Assert.False(writer.TryWrite(PropertyId.SessionExpiryInterval, 1));
        Assert.False(writer.TryWrite(PropertyId.ReasonString, "ab"u8));
        Assert.False(writer.TryWriteUserProperty(default, default));
        Assert.True(writer.TryWrite(PropertyId.ReasonString, "a"u8));
        Assert.Equal(GoldenPacket.Hex("1F 00 01 61"), writer.Section.Bytes);
    }

    [Fact]
    public void A_property_is_not_written_as_another_kind()
    {
        Assert.Throws<ArgumentException>(() => new PropertyWriter(new byte[8]).TryWrite(PropertyId.ReasonString, 1));
        Assert.Throws<ArgumentException>(() => new PropertyWriter(new byte[8]).TryWrite(PropertyId.ReceiveMaximum, "a"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PropertyWriter(new byte[8]).TryWrite(PropertyId.ReceiveMaximum, 65_536));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PropertyWriter(new byte[8]).TryWrite(PropertyId.SubscriptionIdentifier, 268_435_456));
    }
}
