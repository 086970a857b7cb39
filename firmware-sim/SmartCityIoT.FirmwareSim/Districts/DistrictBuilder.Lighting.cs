using SmartCityIoT.FirmwareSim.Physics;

namespace SmartCityIoT.FirmwareSim.Districts;

internal sealed partial class DistrictBuilder
{
    /// <summary>Distance of a lamp from the middle of its street, m; lamps stand on alternate sides.</summary>
    private const double MetersFromStreetMiddle = 6;

    /// <summary>Strings along streets, each with its cabinet in the middle.</summary>
    private List<DistrictString> PlaceLighting()
    {
        var lighting = shape.Lighting;
        var fields = new LightingFields(SectorFields.Newest(catalog, "lighting"));
        var cabinetModel = Model("sim-lighting-cabinet", "lighting", "Simulated lighting cabinet", options.CabinetSeconds);
        var lampModel = Model("sim-lamp-controller", "lighting", "Simulated lamp controller", options.LampSeconds);
        var lengths = StringLengths();
        var strings = new List<DistrictString>();
        var lampNumber = 0;
        foreach (var place in shape.Places)
        {
            for (var i = 0; i < place.Cabinets; i++)
            {
                var number = strings.Count + 1;
                var text = Number(number);
                var random = new SeededRandom(SeededNoise.Key(options.Seed, 0x30, (ulong)number));
                var middle = Around(CenterOf(place), 80, 800, ref random);
                var heading = place.Headings[i % place.Headings.Count] + random.NextRange(-6, 6);
                var spacing = random.NextRange(lighting.LampSpacingMeters[0], lighting.LampSpacingMeters[1]);
                // One street has one type of lamp, in steps of 10 W.
                var watts = Math.Round(random.NextRange(lighting.LampWatts[0], lighting.LampWatts[1]) / 10) * 10;
                var id = IdOf(Kind.Cabinet, number);
                var calendar = new LightingCalendar(lighting, middle, clock, commissionedDay);
                var supply = new MainsSupply(lighting, calendar, options.Seed, KeyOf(id)) { LampWatts = watts * lengths[number - 1], Lamps = lengths[number - 1] };
                var cabinet = Add(id, Named(lighting.CabinetName, place, ("string", text)), cabinetModel, $"L{text}", middle, place,
                    new CabinetPhysics(fields, supply, weather, middle, commissioned, KeyOf(id)));

                var lamps = new List<(SimulatedDevice, LampPhysics)>();
                for (var n = 1; n <= lengths[number - 1]; n++)
                {
                    id = IdOf(Kind.Lamp, ++lampNumber);
                    var along = (n - ((lengths[number - 1] + 1) / 2.0)) * spacing;
                    var point = Away(Away(middle, heading, along), heading + (n % 2 == 0 ? 90 : -90), MetersFromStreetMiddle);
                    var physics = new LampPhysics(fields, supply, weather, watts, Math.Abs(along) / (lengths[number - 1] * spacing / 2), commissioned, KeyOf(id));
                    var lamp = Add(id, Named(lighting.LampName, place, ("string", text), ("number", Number(n))), lampModel, $"L{text}-{Number(n)}", point, place, physics);
                    lamps.Add((lamp, physics));
                }

                strings.Add(new DistrictString(cabinet, supply, lamps));
            }
        }

        return strings;
    }

    /// <summary>Lamps of each string: within their bounds, and in sum the number that the district has.</summary>
    private int[] StringLengths()
    {
        var (least, most) = (shape.Lighting.LampsPerString[0], shape.Lighting.LampsPerString[1]);
        var random = new SeededRandom(SeededNoise.Key(options.Seed, 0x3000));
        var lengths = new int[shape.Places.Sum(place => place.Cabinets)];
        var missing = shape.Lighting.Lamps;
        if (missing < least * lengths.Length || missing > most * lengths.Length)
            throw new InvalidDataException($"region {region.Code}: {lengths.Length} strings of {least} to {most} lamps cannot make {missing}");
        for (var i = 0; i < lengths.Length; i++) missing -= lengths[i] = random.NextInteger(least, most);
        while (missing != 0)
        {
            var i = random.NextInteger(0, lengths.Length - 1);
            var step = Math.Sign(missing);
            if (lengths[i] + step < least || lengths[i] + step > most) continue;
            lengths[i] += step;
            missing -= step;
        }

        return lengths;
    }
}
