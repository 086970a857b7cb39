using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Districts;

internal sealed partial class DistrictBuilder
{
    /// <summary>Distance of a counter from the middle of its junction, and from the middle of its road, m.</summary>
    private const double MetersFromJunction = 45, MetersFromRoadMiddle = 7;

    /// <summary>Per junction one counter for each arm and direction.</summary>
    private void PlaceTraffic()
    {
        var traffic = shape.Traffic;
        var fields = new TrafficFields(SectorFields.Newest(catalog, "traffic"));
        var curve = DayCurve.WithPeaks(traffic.HourlyShare, traffic.Peaks);
        var model = Model("sim-traffic-counter", "traffic", "Simulated traffic counter", options.TrafficSeconds);
        var (junction, approach) = (0, 0);
        foreach (var place in shape.Places)
        {
            for (var i = 0; i < place.Junctions; i++)
            {
                junction++;
                var random = new SeededRandom(SeededNoise.Key(options.Seed, 0x10, (ulong)junction));
                var middle = Around(CenterOf(place), 100, 1100, ref random);
                var turn = random.NextRange(-15, 15);
                for (var arm = 0; arm < traffic.Arms.Count; arm++)
                {
                    var heading = (360.0 * arm / traffic.Arms.Count) + turn;
                    var vehicles = random.NextRange(traffic.DailyVehicles[0], traffic.DailyVehicles[1]);
                    for (var direction = 0; direction < traffic.Directions.Count; direction++)
                    {
                        approach++;
                        var id = IdOf(Kind.Approach, approach);
                        var point = Away(Away(middle, heading, MetersFromJunction), heading + 90 + (180 * direction), MetersFromRoadMiddle);
                        var name = Named(traffic.ApproachName, place, ("number", Number(junction)), ("arm", traffic.Arms[arm]), ("direction", traffic.Directions[direction]));
                        var physics = new ApproachPhysics(
                            fields, traffic, curve, clock, weather, direction + 1, vehicles * random.NextRange(0.9, 1.1), random.NextRange(0.5, 0.93), KeyOf(id));
                        Add(id, name, model, $"J{Number(junction)}-{arm + 1}{(char)('A' + direction)}", point, place, physics);
                    }
                }
            }
        }
    }
}
