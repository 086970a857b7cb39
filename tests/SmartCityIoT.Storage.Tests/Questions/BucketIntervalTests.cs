using CsCheck;
using SmartCityIoT.Storage.Questions;

namespace SmartCityIoT.Storage.Tests.Questions;

public class BucketIntervalTests
{
    private const long Hour = 3_600_000;

    [Theory]
    [InlineData(0, Hour, 3600, 1000)]
    [InlineData(0, Hour, 60, 60_000)]
    [InlineData(1, Hour + 1, 60, 120_000)]
    [InlineData(0, 24 * Hour, 500, 300_000)]
    [InlineData(0, 24 * Hour, 1, 24 * Hour)]
    [InlineData(0, 30 * 24 * Hour, 10, 3 * 24 * Hour)]
    [InlineData(0, 0, 1, 1000)]
    public void The_width_is_the_narrowest_that_fits(long from, long to, int points, long expected) =>
        Assert.Equal(expected, BucketInterval.For(from, to, points));

    [Fact]
    public void Never_more_buckets_than_points() =>
        Gen.Select(Gen.Long[0, 4_000_000_000_000], Gen.Long[0, 1_000_000_000_000], Gen.Int[2, 5_000]).Sample((from, length, points) =>
        {
            var to = from + length;
            var width = BucketInterval.For(from, to, points);
            return length == 0 || ((to - 1) / width) - (from / width) + 1 <= points;
        });
}
