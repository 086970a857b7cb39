using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>One weather for the whole district: temperature over the day, and the afternoon showers of the rainy season.</summary>
internal sealed class Weather(WeatherShape shape, LocalClock clock, ulong seed)
{
    /// <summary>Warmest hour of the day.</summary>
    private const double WarmestHour = 14.5;

    private readonly ulong key = SeededNoise.Key(seed, 0x77656174686572);

    /// <summary>Air temperature, °C.</summary>
    public double Temperature(long time)
    {
        var wave = Math.Cos((clock.Hour(time) - WarmestHour) / 24 * 2 * Math.PI);
        return shape.MeanTemperature + (shape.DailySwing * wave) + (1.5 * SeededNoise.Smooth(key, time, 6 * 3_600_000.0)) - (RainAt(time) > 0 ? 2 : 0);
    }

    /// <summary>Rain, mm/h.</summary>
    public double RainAt(long time) => Shower(clock.Day(time)) is { } shower ? shower.At(clock.Hour(time)) : 0;

    /// <summary>Share of a day's runoff that still muddies the water, 0 to 1: full while it rains, halved every two hours after.</summary>
    public double Runoff(long time)
    {
        var (day, hour) = (clock.Day(time), clock.Hour(time));
        return Math.Max(Runoff(Shower(day), hour), Runoff(Shower(day - 1), hour + 24));
    }

    /// <summary>Clouds, 0 to 1.</summary>
    public double Cloud(long time) => Math.Clamp(0.4 + (0.35 * SeededNoise.Smooth(key + 1, time, 2 * 3_600_000.0)) + (RainAt(time) > 0 ? 0.4 : 0), 0, 1);

    private static double Runoff(RainShower? shower, double hour)
    {
        if (shower is not { } rain || hour < rain.From) return 0;
        return Math.Min(1, rain.Peak / 25) * (hour < rain.To ? (hour - rain.From) / (rain.To - rain.From) : Math.Pow(0.5, (hour - rain.To) / 2));
    }

    private RainShower? Shower(long day)
    {
        var month = LocalClock.Date(day).Month;
        if (month < shape.RainMonths[0] || month > shape.RainMonths[1]) return null;
        var random = new SeededRandom(SeededNoise.Key(key, (ulong)day));
        if (random.NextUnit() >= shape.RainyDayShare) return null;
        var from = random.NextRange(shape.RainHours[0], shape.RainHours[1] - 1);
        return new RainShower(from, random.NextRange(from + 0.5, shape.RainHours[1]), random.NextRange(5, 25));
    }

    private readonly record struct RainShower(double From, double To, double Peak)
    {
        public double At(double hour) => hour <= From || hour >= To ? 0 : Peak * Math.Sin(Math.PI * (hour - From) / (To - From));
    }
}
