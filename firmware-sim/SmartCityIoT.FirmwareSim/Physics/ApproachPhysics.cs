using SmartCityIoT.FirmwareSim.Districts;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>A counter over one direction of one arm of a junction.</summary>
/// <param name="direction">1 towards the junction, 2 away from it.</param>
/// <param name="dailyVehicles">Vehicles on a mean day.</param>
/// <param name="peakLoad">Flow over capacity at the top of the day, 0 to 1.</param>
internal sealed class ApproachPhysics(
    TrafficFields fields, TrafficShape shape, DayCurve curve, LocalClock clock, Weather weather,
    int direction, double dailyVehicles, double peakLoad, ulong key)
    : DevicePhysics(fields.Schema)
{
    /// <summary>Shape of the gamma variate that makes counts negative binomial; smaller is burstier.</summary>
    private const double Dispersion = 6;

    /// <summary>Lowest speed of a jam that still moves, km/h.</summary>
    private const double CrawlSpeed = 4;

    /// <summary>Road that a vehicle of the local mix occupies for a detector, m.</summary>
    private const double VehicleMeters = 2.6;

    private const int Lanes = 2;

    private readonly double capacity = dailyVehicles / 24 * curve.Maximum / peakLoad;

    /// <summary>The rush comes a little earlier or later at each arm.</summary>
    private readonly double shiftHours = SeededNoise.Range(key, -0.2, 0.2);

    /// <summary>Expected vehicles per hour.</summary>
    public double FlowAt(long time)
    {
        var hour = (clock.Hour(time) + shiftHours + 24) % 24;
        return dailyVehicles / 24 * curve.At(hour) * (1 + (0.08 * SeededNoise.Smooth(key + 1, time, 420_000)));
    }

    public override void Sample(long time, int intervalSeconds, RecordDraft draft)
    {
        var random = new SeededRandom(SeededNoise.Key(key, (ulong)time));
        var rain = weather.RainAt(time);
        var flow = FlowAt(time) * (rain > 2 ? 0.85 : 1);
        var expected = flow * intervalSeconds / 3600 * random.NextGammaOfMeanOne(Dispersion);
        var mix = shape.Mix;
        var motorbikes = random.NextPoisson(expected * mix.Motorbike);
        var cars = random.NextPoisson(expected * mix.Car);
        var buses = random.NextPoisson(expected * mix.Bus);
        var trucks = random.NextPoisson(expected * mix.Truck);
        var bicycles = random.NextPoisson(expected * mix.Bicycle);
        var count = motorbikes + cars + buses + trucks + bicycles;

        var load = Math.Min(1, flow / capacity);
        var speed = Math.Max(CrawlSpeed, shape.FreeSpeed * (1 - Math.Pow(load, 4)) * (rain > 2 ? 0.85 : 1));
        var measured = Math.Max(CrawlSpeed, speed + (2.2 * SeededNoise.White(key + 2, time)));
        var occupancy = flow / Lanes / speed * VehicleMeters / 10;

        draft.SetRaw(fields.Interval, intervalSeconds);
        draft.SetRaw(fields.Lane, direction << 4);
        draft.SetRaw(fields.Motorbikes, motorbikes);
        draft.SetRaw(fields.Cars, cars);
        draft.SetRaw(fields.Buses, buses);
        draft.SetRaw(fields.Trucks, trucks);
        draft.SetRaw(fields.Bicycles, bicycles);
        if (count > 0)
        {
            // Nobody passed, nothing was measured: an empty interval has no speed and no headway.
            draft.Set(fields.MeanSpeed, measured);
            draft.Set(fields.P85Speed, (measured * 1.14) + 1 + random.NextUnit());
            draft.Set(fields.MeanHeadway, Math.Min(655, (double)intervalSeconds / count));
        }

        draft.Set(fields.Occupancy, Math.Clamp(occupancy * (1 + (0.1 * SeededNoise.White(key + 3, time))), 0, 100));
        draft.Set(fields.QueueLength, load < 0.7 ? random.NextInteger(0, 8) : Math.Min(2000, 600 * (load - 0.7) * random.NextRange(0.7, 1.3)));
        draft.Set(fields.DetectionQuality, 97 - Math.Min(15, rain * 0.6) + SeededNoise.White(key + 4, time));
        draft.Set(fields.SupplyVoltage, 12.9 + (0.5 * SeededNoise.Smooth(key + 5, time, 3_600_000)) + (0.02 * SeededNoise.White(key + 5, time)));
        draft.Set(fields.DeviceTemperature, weather.Temperature(time) + 8);
        draft.SetRaw(fields.Status, 0);
    }
}
