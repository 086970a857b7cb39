namespace SmartCityIoT.FirmwareSim.Districts;

/// <summary>What a simulated district consists of; the data behind every device that the simulator places.</summary>
/// <param name="DeviceIdPrefix">First 4 bytes of every device id, 8 hex digits, with the bit of locally administered EUI-64s set.</param>
/// <param name="Commissioned">First day of all meters: their totals count from its local midnight.</param>
public sealed record DistrictShape(
    string DeviceIdPrefix,
    DateOnly Commissioned,
    IReadOnlyList<DistrictPlace> Places,
    LightingShape Lighting,
    TrafficShape Traffic,
    WaterShape Water,
    WeatherShape Weather);

/// <summary>A neighbourhood around the centre of an area of the pack.</summary>
/// <param name="Area">Code of the area that gives the centre; devices belong to the unit that holds its ground today.</param>
/// <param name="Label">The neighbourhood's name in the names of devices.</param>
/// <param name="Headings">Directions of its streets, degrees from north.</param>
/// <param name="RationedZones">How many of its <paramref name="Zones"/> have water at night only.</param>
public sealed record DistrictPlace(
    string Area, string Label, IReadOnlyList<double> Headings, int Cabinets, int Junctions, int Zones, int RationedZones = 0);

/// <summary>Street lighting: strings of lamps, each on one cabinet.</summary>
/// <param name="LampsPerString">Least and most.</param>
/// <param name="LampSpacingMeters">Least and most.</param>
/// <param name="LampWatts">Rated power, least and most.</param>
/// <param name="MainsVolts">Voltage of a sound grid, least and most.</param>
/// <param name="Dimming">Steps of a night in order; the last one lasts until the lamps go off.</param>
public sealed record LightingShape(
    int Lamps,
    IReadOnlyList<int> LampsPerString,
    IReadOnlyList<double> LampSpacingMeters,
    IReadOnlyList<double> LampWatts,
    IReadOnlyList<double> MainsVolts,
    double OnMinutesAfterSunset,
    double OffMinutesBeforeSunrise,
    IReadOnlyList<DimmingStep> Dimming,
    string LampName,
    string CabinetName);

/// <param name="Until">Local time at which the step ends; null for the last one.</param>
/// <param name="Level">Percent.</param>
public sealed record DimmingStep(int Level, TimeOnly? Until = null);

/// <summary>Road traffic: at every junction one counter per arm and direction.</summary>
/// <param name="HourlyShare">Share of a day's vehicles in each hour from midnight; any unit.</param>
/// <param name="Peaks">Spans of local time in which traffic is denser than its hour.</param>
/// <param name="DailyVehicles">Vehicles per day and direction, least and most.</param>
/// <param name="FreeSpeed">Mean speed on an empty road, km/h.</param>
/// <param name="Mix">Share of each class of vehicle.</param>
public sealed record TrafficShape(
    IReadOnlyList<string> Arms,
    IReadOnlyList<string> Directions,
    IReadOnlyList<double> HourlyShare,
    IReadOnlyList<IReadOnlyList<TimeOnly>> Peaks,
    IReadOnlyList<double> DailyVehicles,
    double FreeSpeed,
    VehicleMix Mix,
    string ApproachName);

public sealed record VehicleMix(double Motorbike, double Car, double Bus, double Truck, double Bicycle);

/// <summary>Water supply: zones, each with a zone meter, customers, and points of pressure, quality and tank level.</summary>
/// <param name="HourlyDemand">Demand in each hour from midnight, as a factor of the mean.</param>
/// <param name="RationedHours">Local hours between which a rationed zone has next to no water.</param>
public sealed record WaterShape(
    int CustomerMetersPerZone,
    int PressurePoints,
    int QualityPoints,
    int LevelPoints,
    IReadOnlyList<double> HourlyDemand,
    IReadOnlyList<double> RationedHours,
    string ZoneMeterName,
    string CustomerMeterName,
    string PressureName,
    string QualityName,
    string LevelName);

/// <param name="RainMonths">First and last month of the rainy season, 1 to 12.</param>
/// <param name="RainHours">Local hours between which its showers begin and end.</param>
/// <param name="RainyDayShare">Share of the season's days with a shower.</param>
/// <param name="MeanTemperature">°C over a day.</param>
/// <param name="DailySwing">°C between the mean and the day's ends.</param>
public sealed record WeatherShape(
    IReadOnlyList<int> RainMonths,
    IReadOnlyList<double> RainHours,
    double RainyDayShare,
    double MeanTemperature,
    double DailySwing);
