namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// The people's day: days and hours in the region's standard time. Daylight saving is left out on purpose, so that
/// totals that count days never step by an hour.
/// </summary>
internal sealed class LocalClock(TimeZoneInfo zone)
{
    public const long MillisecondsPerDay = 86_400_000;

    private const double MillisecondsPerHour = 3_600_000;

    private readonly long offset = (long)zone.BaseUtcOffset.TotalMilliseconds;

    /// <summary>Local days since 1970-01-01.</summary>
    public long Day(double unixMilliseconds) => (long)Math.Floor((unixMilliseconds + offset) / MillisecondsPerDay);

    /// <summary>Hours since local midnight, 0 to 24.</summary>
    public double Hour(double unixMilliseconds) => (unixMilliseconds + offset - (Day(unixMilliseconds) * MillisecondsPerDay)) / MillisecondsPerHour;

    /// <summary>Unix milliseconds of an hour of a local day; the hour may lie outside 0 to 24.</summary>
    public double At(long day, double hour) => (day * MillisecondsPerDay) - offset + (hour * MillisecondsPerHour);

    public static long DayNumber(DateOnly date) => date.DayNumber - new DateOnly(1970, 1, 1).DayNumber;

    public static DateOnly Date(long day) => new DateOnly(1970, 1, 1).AddDays((int)day);
}
