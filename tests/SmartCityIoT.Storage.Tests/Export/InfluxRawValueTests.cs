using System.Globalization;
using System.Text.Json;
using CsCheck;
using SmartCityIoT.Storage.Influx;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.Export;

/// <summary>From a number in InfluxDB's answer back to the raw integer.</summary>
public sealed class InfluxRawValueTests
{
    [Fact]
    public void A_decimal_of_up_to_15_digits_comes_back_exactly() =>
        Gen.Select(Gen.Long[-999_999_999_999_999, 999_999_999_999_999], Gen.Int[1, 25], Gen.Int[0, 9]).Sample((mantissa, multiplier, digits) =>
        {
            var raw = mantissa / multiplier;
            var scale = new DecimalScale(multiplier, digits);
            var sent = (double)(raw * multiplier / (decimal)Math.Pow(10, digits));
            using var answer = JsonDocument.Parse(sent.ToString("R", CultureInfo.InvariantCulture));
            return InfluxRawValue.TryExact(answer.RootElement, scale, out var found) && found == raw;
        });

    [Fact]
    public void A_number_of_another_scale_is_told()
    {
        using var answer = JsonDocument.Parse("[0.25, 1e300]");
        Assert.False(InfluxRawValue.TryExact(answer.RootElement[0], new DecimalScale(1, 1), out _));
        Assert.False(InfluxRawValue.TryExact(answer.RootElement[1], new DecimalScale(1, 1), out _));
    }
}
