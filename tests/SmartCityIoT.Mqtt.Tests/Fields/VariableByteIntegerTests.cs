using CsCheck;
using SmartCityIoT.Mqtt.Fields;

namespace SmartCityIoT.Mqtt.Tests.Fields;

public sealed class VariableByteIntegerTests
{
    /// <summary>MQTT 5 table 1-1: the smallest and the largest value of each length.</summary>
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "80 01")]
    [InlineData(16_383, "FF 7F")]
    [InlineData(16_384, "80 80 01")]
    [InlineData(2_097_151, "FF FF 7F")]
    [InlineData(2_097_152, "80 80 80 01")]
    [InlineData(268_435_455, "FF FF FF 7F")]
    public void The_table_of_the_standard(int value, string hex)
    {
        byte[] expected = GoldenPacket.Hex(hex);
        byte[] written = new byte[expected.Length];
        Assert.Equal(expected.Length, VariableByteInteger.Write(value, written));
        Assert.Equal(expected.Length, VariableByteInteger.Length(value));
        Assert.Equal(expected, written);
        Assert.True(VariableByteInteger.TryRead(expected, out int read, out int length));
        Assert.Equal((value, expected.Length), (read, length));
        for (int cut = 0; cut < expected.Length; cut++)
            Assert.False(VariableByteInteger.TryRead(expected.AsSpan(0, cut), out _, out _));
    }

    [Theory]
    [InlineData("80 00")] // MQTT-1.5.5-1
    [InlineData("FF 80 00")]
    [InlineData("80 80 80 80 01")]
    [InlineData("FF FF FF FF 00")]
    public void Other_bytes_are_no_number(string hex) => Assert.False(VariableByteInteger.TryRead(GoldenPacket.Hex(hex), out _, out _));

    [Theory]
    [InlineData(-1)]
    [InlineData(268_435_456)]
    public void Other_numbers_do_not_fit(int value) => Assert.Throws<ArgumentOutOfRangeException>(() => VariableByteInteger.Write(value, new byte[8]));

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Int[0, VariableByteInteger.MaxValue].Sample(value =>
        {
            byte[] bytes = new byte[VariableByteInteger.MaxLength];
            int written = VariableByteInteger.Write(value, bytes);
            return VariableByteInteger.TryRead(bytes.AsSpan(0, written), out int read, out int length) && read == value && length == written;
        });
}
