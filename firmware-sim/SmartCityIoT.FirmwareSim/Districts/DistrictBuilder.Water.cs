using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Districts;

internal sealed partial class DistrictBuilder
{
    /// <summary>How far customers and loggers lie from the middle of their zone, m.</summary>
    private const double ZoneRadius = 450;

    /// <summary>What is left of the demand while a rationed zone is without pressure: roof tanks that still drip.</summary>
    private const double RationedShare = 0.05;

    /// <summary>Zone by zone: its meter, its customers, and its share of the pressure, quality and level points.</summary>
    private List<DistrictZone> PlaceWater()
    {
        var water = shape.Water;
        var fields = new WaterFields(SectorFields.Newest(catalog, "water"));
        var demand = new DayCurve(water.HourlyDemand);
        var rationedDemand = new DayCurve([.. water.HourlyDemand.Select((value, hour) => IsRationed(hour + 0.5) ? value * RationedShare : Math.Max(1, value))]);
        var seconds = options.WaterSeconds;
        var zoneMeter = Model("sim-zone-meter", "water", "Simulated zone meter", seconds);
        var customerMeter = Model("sim-customer-meter", "water", "Simulated customer meter", seconds);
        var pressureLogger = Model("sim-pressure-logger", "water", "Simulated pressure logger", seconds);
        var qualityStation = Model("sim-quality-station", "water", "Simulated water quality station", seconds);
        var levelGauge = Model("sim-level-gauge", "water", "Simulated tank level gauge", seconds);

        var zones = new List<DistrictZone>();
        var total = shape.Places.Sum(place => place.Zones);
        var (customers, pressures, qualities, levels) = (0, 0, 0, 0);
        foreach (var place in shape.Places)
        {
            for (var i = 0; i < place.Zones; i++)
            {
                var number = zones.Count + 1;
                var zoneText = Number(number);
                var random = new SeededRandom(SeededNoise.Key(options.Seed, 0x20, (ulong)number));
                var middle = Around(CenterOf(place), 150, 900, ref random);
                var id = IdOf(Kind.ZoneMeter, number);
                var curve = i < place.RationedZones ? rationedDemand : demand;
                var zone = new WaterZone(
                    zoneText, curve, meanFlow: random.NextRange(22, 85), restPressure: random.NextRange(270, 420),
                    i < place.RationedZones ? (water.RationedHours[0], water.RationedHours[1]) : null, clock, KeyOf(id));

                var meters = new List<SimulatedDevice>();
                var loggers = new List<SimulatedDevice>();
                meters.Add(Add(id, Named(water.ZoneMeterName, place, ("zone", zoneText)), zoneMeter, $"W{zoneText}-Z", middle, place,
                    new MeterPhysics(fields, zone.Meter, zone, commissionedDay, KeyOf(id))));

                for (var n = 1; n <= water.CustomerMetersPerZone; n++)
                {
                    id = IdOf(Kind.CustomerMeter, ++customers);
                    // Most customers are households, one in five is a school, a market or a workshop.
                    var mean = random.NextUnit() < 0.2 ? random.NextRange(0.5, 2.5) : random.NextRange(0.02, 0.08);
                    var meter = new MeterCurve(curve, mean, clock, wander: 0.24, KeyOf(id));
                    meters.Add(AddPoint(water.CustomerMeterName, customerMeter, "C", n, new MeterPhysics(fields, meter, null, commissionedDay, KeyOf(id)), ref random));
                }

                for (var n = 1; n <= ShareOf(water.PressurePoints, number, total); n++)
                {
                    id = IdOf(Kind.Pressure, ++pressures);
                    loggers.Add(AddPoint(water.PressureName, pressureLogger, "P", n, new PressurePhysics(fields, zone, KeyOf(id)), ref random));
                }

                for (var n = 1; n <= ShareOf(water.QualityPoints, number, total); n++)
                {
                    id = IdOf(Kind.Quality, ++qualities);
                    AddPoint(water.QualityName, qualityStation, "Q", n, new QualityPhysics(fields, weather, clock, KeyOf(id)), ref random);
                }

                for (var n = 1; n <= ShareOf(water.LevelPoints, number, total); n++)
                {
                    id = IdOf(Kind.Level, ++levels);
                    AddPoint(water.LevelName, levelGauge, "L", n, new LevelPhysics(fields, demand, clock, KeyOf(id)), ref random);
                }

                zones.Add(new DistrictZone(zone, meters, loggers));

                SimulatedDevice AddPoint(string template, SimulatedModel model, string letter, int n, DevicePhysics physics, ref SeededRandom random) =>
                    Add(id, Named(template, place, ("zone", zoneText), ("number", Number(n))), model, $"W{zoneText}-{letter}{Number(n)}",
                        Around(middle, 20, ZoneRadius, ref random), place, physics);
            }
        }

        return zones;
    }

    private bool IsRationed(double hour) => hour >= shape.Water.RationedHours[0] && hour < shape.Water.RationedHours[1];

    /// <summary>How many of all points fall on the n-th of several zones, so that the sum is right.</summary>
    private static int ShareOf(int points, int number, int zones) => (points * number / zones) - (points * (number - 1) / zones);
}
