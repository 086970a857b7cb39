namespace SmartCityIoT.Storage.Questions;

/// <summary>Widths of buckets that a person can read off an axis, the same in every store.</summary>
public static class BucketInterval
{
    private const long Second = 1000;
    private const long Minute = 60 * Second;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    private static readonly long[] Ladder =
    [
        Second, 2 * Second, 5 * Second, 10 * Second, 15 * Second, 30 * Second,
        Minute, 2 * Minute, 5 * Minute, 10 * Minute, 15 * Minute, 30 * Minute,
        Hour, 2 * Hour, 3 * Hour, 6 * Hour, 12 * Hour, Day,
    ];

    /// <summary>
    /// The narrowest width in milliseconds with which the buckets that touch [from, to) are no more than <paramref name="points"/>.
    /// Buckets start at multiples of the width since the Unix epoch; beyond a day the widths are whole days.
    /// </summary>
    public static long For(long from, long to, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        foreach (var width in Ladder)
        {
            if (BucketsIn(from, to, width) <= points) return width;
        }

        // A range can touch one bucket more than fits into it; only one bucket over an unlucky border never ends the search by itself.
        for (var days = Math.Max(1, (to - from) / Day / points); ; days++)
        {
            if (BucketsIn(from, to, days * Day) <= points || days * Day > to) return days * Day;
        }
    }

    private static long BucketsIn(long from, long to, long width) => to <= from ? 0 : FloorDivide(to - 1, width) - FloorDivide(from, width) + 1;

    private static long FloorDivide(long value, long by) => value >= 0 ? value / by : -((-value + by - 1) / by);
}
