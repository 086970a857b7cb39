using CsCheck;
using SmartCityIoT.LoadTest.Accounting;

namespace SmartCityIoT.LoadTest.Tests.Accounting;

public class LatencyHistogramTests
{
    [Fact]
    public void A_percentile_is_at_most_a_sixtieth_above_the_sorted_value() =>
        Gen.Select(Gen.Double[0, 100_000].Array[1, 200], Gen.Double[1, 100]).Sample((values, percent) =>
        {
            var histogram = new LatencyHistogram();
            foreach (var value in values) histogram.Add(value);
            var exact = values.Order().ElementAt(Math.Max(0, (int)Math.Ceiling(values.Length * percent / 100) - 1));
            var told = histogram.Of(percent);

            // Times are kept in whole microseconds.
            Assert.InRange(told, exact - 0.001, exact * (1 + 1 / 60.0) + 0.001);
        });

    [Fact]
    public void The_maximum_is_exact_and_nothing_is_not_a_number()
    {
        var histogram = new LatencyHistogram();
        Assert.True(double.IsNaN(histogram.Of(50)));
        histogram.Add(-3);
        histogram.Add(1234.5678);
        Assert.Equal(1234.5678, histogram.Of(100));
        Assert.Equal(0, histogram.Of(50));
    }

    [Fact]
    public void Two_together_are_one_with_all_values()
    {
        var one = new LatencyHistogram();
        var other = new LatencyHistogram();
        var all = new LatencyHistogram();
        for (var i = 0; i < 1000; i++)
        {
            (i % 3 == 0 ? one : other).Add(i);
            all.Add(i);
        }

        one.Add(other);
        Assert.Equal(all.Count, one.Count);
        foreach (var percent in (int[])[1, 50, 99, 100]) Assert.Equal(all.Of(percent), one.Of(percent));
    }
}
