using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using SmartCityIoT.Storage.LineProtocol;

namespace SmartCityIoT.Storage.Tests.LineProtocol;

public class DecimalTextTests
{
    [Theory]
    [InlineData(84213, 1, 3, "84.213")]
    [InlineData(84000, 1, 3, "84.000")]
    [InlineData(-5, 1, 3, "-0.005")]
    [InlineData(0, 1, 1, "0.0")]
    [InlineData(81, 5, 1, "40.5")]
    [InlineData(12, 1, 0, "12")]
    [InlineData(-12, 25, 0, "-300")]
    [InlineData(long.MaxValue, 1, 0, "9223372036854775807")]
    [InlineData(long.MaxValue, 1, 9, "9223372036.854775807")]
    [InlineData(long.MinValue, 1, 1, "-922337203685477580.8")]
    [InlineData(long.MaxValue, 5, 1, "4611686018427387903.5")]
    [InlineData(long.MinValue, int.MaxValue, 9, "-19807040619342712361.531211776")]
    public void A_raw_integer_is_written_as_its_exact_decimal(long raw, int multiplier, int digits, string expected) =>
        Assert.Equal(expected, Write(raw, multiplier, digits));

    [Fact]
    public void The_text_times_ten_to_the_digits_is_raw_times_multiplier() =>
        Gen.Select(Gen.Long, Gen.Int[1, int.MaxValue], Gen.Int[0, 9]).Sample((raw, multiplier, digits) =>
        {
            var text = Write(raw, multiplier, digits);
            var point = text.IndexOf('.', StringComparison.Ordinal);
            Assert.Equal(digits, point < 0 ? 0 : text.Length - point - 1);
            Assert.True(char.IsAsciiDigit(text[^1]) && (point < 0 || char.IsAsciiDigit(text[point - 1])), text);
            Assert.Equal((BigInteger)raw * multiplier, BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        });

    private static string Write(long raw, int multiplier, int digits)
    {
        var bytes = new byte[DecimalText.MaxLength];
        return Encoding.ASCII.GetString(bytes, 0, DecimalText.Write(bytes, raw, multiplier, digits));
    }
}
