using System.Globalization;
using System.Text;
using CsCheck;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Sectors;

public class DecimalScaleTests
{
    private static readonly Gen<DecimalScale> Scales = Gen.Select(Gen.OneOf(Gen.Int[1, 9], Gen.Int[1, int.MaxValue]), Gen.Int[0, 9])
        .Where((multiplier, digits) => digits == 0 || multiplier % 10 != 0)
        .Select((multiplier, digits) => new DecimalScale(multiplier, digits));

    private static readonly Gen<long> Raws = Gen.OneOf(
        Gen.Long[-100, 100], Gen.Long[short.MinValue, ushort.MaxValue], Gen.Long, Gen.OneOf<long>(long.MinValue, long.MaxValue));

    [Fact]
    public void The_text_is_the_exact_product() => Gen.Select(Scales, Raws).Sample((scale, raw) =>
        Assert.Equal(Exact(scale, raw), Text(scale, raw)));

    [Fact]
    public void The_double_is_the_one_nearest_to_the_exact_product() => Gen.Select(Scales, Raws).Sample((scale, raw) =>
        Assert.Equal(double.Parse(Exact(scale, raw), CultureInfo.InvariantCulture), scale.ToPhysical(raw)));

    [Fact]
    public void A_physical_value_of_a_field_leads_back_to_its_raw_value() =>
        Gen.Select(Gen.OneOf<DecimalScale>(DecimalScale.One, new(1, 1), new(5, 1), new(1, 2), new(1, 3)), Gen.Long[int.MinValue, uint.MaxValue])
            .Sample((scale, raw) => Assert.Equal(raw, scale.ToRaw(scale.ToPhysical(raw))));

    [Theory]
    [InlineData(84213, 1, 3, "84.213")]
    [InlineData(139, 5, 1, "69.5")]
    [InlineData(440, 1, 0, "440")]
    [InlineData(400, 1, 1, "40")]
    [InlineData(0, 1, 3, "0")]
    [InlineData(-3, 1, 2, "-0.03")]
    [InlineData(-2147483648, 1, 3, "-2147483.648")]
    [InlineData(long.MinValue, 1, 0, "-9223372036854775808")]
    public void A_value_reads_as_a_plain_decimal(long raw, int multiplier, int digits, string expected) =>
        Assert.Equal(expected, Text(new DecimalScale(multiplier, digits), raw));

    [Fact]
    public void A_text_that_does_not_fit_is_not_written()
    {
        Span<byte> room = stackalloc byte[5];
        Assert.False(new DecimalScale(1, 3).TryFormat(84213, room, out var written));
        Assert.Equal(0, written);
    }

    private static string Text(DecimalScale scale, long raw)
    {
        Span<byte> text = stackalloc byte[DecimalScale.MaxTextLength];
        Assert.True(scale.TryFormat(raw, text, out var written));
        return Encoding.ASCII.GetString(text[..written]);
    }

    /// <summary>The product by System.Decimal, which holds 96 bits and an exact power of ten.</summary>
    private static string Exact(DecimalScale scale, long raw)
    {
        var product = (decimal)raw * scale.Multiplier;
        var unscaled = decimal.GetBits(product);
        var value = new decimal(unscaled[0], unscaled[1], unscaled[2], product < 0, (byte)scale.Digits);
        var text = value.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
