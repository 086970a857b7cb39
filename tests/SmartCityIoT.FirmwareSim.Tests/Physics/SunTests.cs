using SmartCityIoT.FirmwareSim.Districts;
using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Tests.Physics;

public sealed class SunTests
{
    private static readonly GeoPoint Place = new(12.667, 108.038);

    [Theory]
    [InlineData(6, 21, 5, 23, 18, 15)]
    [InlineData(12, 21, 6, 4, 17, 27)]
    public void Sunrise_and_sunset_are_those_of_the_almanac_within_three_minutes(int month, int day, int riseHour, int riseMinute, int setHour, int setMinute)
    {
        var (rise, set) = Sun.RiseAndSet(Place, Packs.Local(2026, month, day, 12))!.Value;

        Assert.InRange(rise, Packs.Local(2026, month, day, riseHour, riseMinute) - 180_000, Packs.Local(2026, month, day, riseHour, riseMinute) + 180_000);
        Assert.InRange(set, Packs.Local(2026, month, day, setHour, setMinute) - 180_000, Packs.Local(2026, month, day, setHour, setMinute) + 180_000);
    }

    [Fact]
    public void At_sunrise_and_sunset_the_sun_stands_on_the_horizon()
    {
        for (var day = 1; day <= 28; day += 3)
        {
            var (rise, set) = Sun.RiseAndSet(Place, Packs.Local(2026, 3, day, 12))!.Value;
            Assert.Equal(-0.833, Sun.Elevation(Place, rise), 0.05);
            Assert.Equal(-0.833, Sun.Elevation(Place, set), 0.05);
        }
    }

    [Fact]
    public void Where_the_sun_does_not_set_there_is_no_sunset() =>
        Assert.Null(Sun.RiseAndSet(new GeoPoint(78, 16), new DateTimeOffset(2026, 6, 21, 11, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()));
}
