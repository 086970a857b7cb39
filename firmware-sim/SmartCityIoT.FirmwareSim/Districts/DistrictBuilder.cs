using System.Globalization;
using SmartCityIoT.FirmwareSim.Physics;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>Places the devices of a district around the centres of its areas, and gives them their physics.</summary>
internal sealed partial class DistrictBuilder
{
    private const double MetersPerDegree = 111_320;

    private readonly RegionPack region;
    private readonly DistrictShape shape;
    private readonly SectorCatalog catalog;
    private readonly DistrictOptions options;
    private readonly LocalClock clock;
    private readonly Weather weather;
    private readonly long commissionedDay;
    private readonly double commissioned;
    private readonly ulong prefix;
    private readonly List<SimulatedDevice> devices = [];

    public DistrictBuilder(RegionPack region, DistrictShape shape, SectorCatalog catalog, DistrictOptions options)
    {
        this.region = region;
        this.shape = shape;
        this.catalog = catalog;
        this.options = options;
        clock = new LocalClock(TimeZoneInfo.FindSystemTimeZoneById(region.TimeZone));
        weather = new Weather(shape.Weather, clock, options.Seed);
        commissionedDay = LocalClock.DayNumber(shape.Commissioned);
        commissioned = clock.At(commissionedDay, 0);
        if (shape.DeviceIdPrefix.Length != 8
            || !ulong.TryParse(shape.DeviceIdPrefix, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out prefix))
            throw new InvalidDataException($"region {region.Code}: deviceIdPrefix is 8 hex digits");
    }

    /// <summary>Kinds of device, as the fifth byte of their ids.</summary>
    private enum Kind : byte
    {
        Approach = 0x10,
        ZoneMeter = 0x20,
        CustomerMeter = 0x21,
        Pressure = 0x22,
        Quality = 0x23,
        Level = 0x24,
        Cabinet = 0x30,
        Lamp = 0x31,
    }

    public DistrictParts Build()
    {
        PlaceTraffic();
        var zones = PlaceWater();
        var strings = PlaceLighting();
        devices.Sort((one, other) => one.Id.CompareTo(other.Id));
        return new DistrictParts(devices, zones, strings);
    }

    /// <summary>The id of the n-th device of a kind, n from 1.</summary>
    private ulong IdOf(Kind kind, int number) => (prefix << 32) | ((ulong)kind << 24) | (uint)number;

    private ulong KeyOf(ulong id) => SeededNoise.Key(options.Seed, id);

    private SimulatedDevice Add(ulong id, string name, SimulatedModel model, string siteCode, GeoPoint point, DistrictPlace place, DevicePhysics physics)
    {
        var site = new SimulatedSite(siteCode, name, Math.Round(point.Latitude, 6), Math.Round(point.Longitude, 6));
        var device = new SimulatedDevice(id, name, model, site, region.Successor(place.Area).Code, physics);
        devices.Add(device);
        return device;
    }

    private SimulatedModel Model(string code, string sector, string name, int seconds) =>
        new(code, sector, name, Math.Clamp((int)Math.Round(seconds * options.IntervalScale), 1, 3600));

    private GeoPoint CenterOf(DistrictPlace place) =>
        region.FindArea(place.Area)?.Center
        ?? throw new InvalidDataException($"region {region.Code}: the district's place {place.Label} needs the centre of area {place.Area}");

    /// <summary>A point that lies some metres away in a direction.</summary>
    /// <param name="heading">Degrees from north, clockwise.</param>
    private static GeoPoint Away(GeoPoint from, double heading, double meters)
    {
        var angle = heading * Math.PI / 180;
        return new GeoPoint(
            from.Latitude + (meters * Math.Cos(angle) / MetersPerDegree),
            from.Longitude + (meters * Math.Sin(angle) / (MetersPerDegree * Math.Cos(from.Latitude * Math.PI / 180))));
    }

    /// <summary>A point around another one, evenly over the ring between two distances.</summary>
    private static GeoPoint Around(GeoPoint center, double nearMeters, double farMeters, ref SeededRandom random)
    {
        var meters = Math.Sqrt(random.NextRange(nearMeters * nearMeters, farMeters * farMeters));
        return Away(center, random.NextRange(0, 360), meters);
    }

    private static string Number(int number, int digits = 2) => number.ToString("D" + digits, CultureInfo.InvariantCulture);

    /// <summary>Fills the <c>{braces}</c> of a name of the pack.</summary>
    private static string Named(string template, DistrictPlace place, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var text = template.Replace("{place}", place.Label, StringComparison.Ordinal);
        foreach (var (name, value) in values) text = text.Replace("{" + name + "}", value, StringComparison.Ordinal);
        return text;
    }
}
