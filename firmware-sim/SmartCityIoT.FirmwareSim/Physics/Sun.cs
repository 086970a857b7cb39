using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>
/// Where the sun stands: the low-precision equations of the Astronomical Almanac, good to 0.01° from 1950 to 2050 and to
/// well under a minute in the times of sunrise and sunset between the polar circles.
/// </summary>
internal static class Sun
{
    /// <summary>The upper limb on the horizon: 34' of refraction and 16' of radius below it.</summary>
    private const double RiseElevation = -0.833;

    private const double DegreesPerHour = 15;

    private const double Radians = Math.PI / 180;

    /// <summary>Elevation of the sun's centre over the horizon, degrees, without refraction.</summary>
    public static double Elevation(GeoPoint place, double unixMilliseconds)
    {
        var (declination, equationOfTime) = Position(unixMilliseconds);
        var hours = unixMilliseconds / 3_600_000 % 24;
        var hourAngle = ((hours - 12 + (equationOfTime / 60)) * DegreesPerHour) + place.Longitude;
        var sine = (Math.Sin(place.Latitude * Radians) * Math.Sin(declination))
            + (Math.Cos(place.Latitude * Radians) * Math.Cos(declination) * Math.Cos(hourAngle * Radians));
        return Math.Asin(sine) / Radians;
    }

    /// <summary>
    /// Sunrise and sunset around the local noon that is nearest to a time; null where the sun does not cross the horizon.
    /// </summary>
    /// <param name="noon">Unix milliseconds near the local noon.</param>
    /// <returns>Unix milliseconds.</returns>
    public static (double Rise, double Set)? RiseAndSet(GeoPoint place, double noon)
    {
        var utcMidnight = Math.Floor((noon + (place.Longitude / 360 * LocalClock.MillisecondsPerDay)) / LocalClock.MillisecondsPerDay) * LocalClock.MillisecondsPerDay;
        return Crossing(place, utcMidnight, -1) is { } rise && Crossing(place, utcMidnight, 1) is { } set ? (rise, set) : null;
    }

    private static double? Crossing(GeoPoint place, double utcMidnight, int side)
    {
        var time = utcMidnight + (LocalClock.MillisecondsPerDay / 2.0) - (place.Longitude / DegreesPerHour * 3_600_000);

        // The sun moves on while it rises: a second round with its position at the event itself is exact enough.
        for (var round = 0; round < 2; round++)
        {
            var (declination, equationOfTime) = Position(time);
            var cosine = (Math.Sin(RiseElevation * Radians) - (Math.Sin(place.Latitude * Radians) * Math.Sin(declination)))
                / (Math.Cos(place.Latitude * Radians) * Math.Cos(declination));
            if (cosine is < -1 or > 1) return null;
            var hourAngle = Math.Acos(cosine) / Radians;
            var hours = 12 - (place.Longitude / DegreesPerHour) - (equationOfTime / 60) + (side * hourAngle / DegreesPerHour);
            time = utcMidnight + (hours * 3_600_000);
        }

        return time;
    }

    /// <summary>Declination in radians and equation of time in minutes.</summary>
    private static (double Declination, double EquationOfTime) Position(double unixMilliseconds)
    {
        // Days since the epoch J2000.0, 2000-01-01 12:00.
        var days = (unixMilliseconds - 946_728_000_000) / LocalClock.MillisecondsPerDay;
        var meanLongitude = (280.460 + (0.9856474 * days)) % 360;
        var meanAnomaly = (357.528 + (0.9856003 * days)) % 360 * Radians;
        var longitude = (meanLongitude + (1.915 * Math.Sin(meanAnomaly)) + (0.020 * Math.Sin(2 * meanAnomaly))) * Radians;
        var obliquity = (23.439 - (0.0000004 * days)) * Radians;
        var declination = Math.Asin(Math.Sin(obliquity) * Math.Sin(longitude));
        var rightAscension = Math.Atan2(Math.Cos(obliquity) * Math.Sin(longitude), Math.Cos(longitude)) / Radians;
        var difference = (meanLongitude - rightAscension) % 360;
        if (difference > 180) difference -= 360;
        if (difference < -180) difference += 360;
        return (declination, difference * 4);
    }
}
