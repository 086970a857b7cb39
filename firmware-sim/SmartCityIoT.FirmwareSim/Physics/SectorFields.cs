using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.FirmwareSim.Physics;

/// <summary>The fields that the simulated firmware writes, looked up once in the sector packs.</summary>
internal static class SectorFields
{
    /// <summary>The newest schema of a sector.</summary>
    /// <exception cref="InvalidDataException">No pack of that name was loaded.</exception>
    public static SectorSchema Newest(SectorCatalog catalog, string sector) =>
        catalog.PackNamed(sector)?.Schemas.MaxBy(schema => schema.Number)
        ?? throw new InvalidDataException($"the simulated firmware needs the sector pack {sector}");

    /// <exception cref="InvalidDataException">The schema lacks the field.</exception>
    public static SectorField Required(this SectorSchema schema, string name) =>
        schema.FieldNamed(name) ?? throw new InvalidDataException($"the sector pack {schema.SectorName} lacks the field {name}");
}

internal sealed class LightingFields(SectorSchema schema)
{
    public SectorSchema Schema { get; } = schema;
    public SectorField State { get; } = schema.Required("state");
    public SectorField DimLevel { get; } = schema.Required("dim_level");
    public SectorField Power { get; } = schema.Required("power");
    public SectorField Energy { get; } = schema.Required("energy");
    public SectorField Voltage { get; } = schema.Required("voltage");
    public SectorField Current { get; } = schema.Required("current");
    public SectorField PowerFactor { get; } = schema.Required("power_factor");
    public SectorField Frequency { get; } = schema.Required("frequency");
    public SectorField Illuminance { get; } = schema.Required("illuminance");
    public SectorField GearTemperature { get; } = schema.Required("gear_temperature");
    public SectorField BurnHours { get; } = schema.Required("burn_hours");
    public SectorField SwitchCount { get; } = schema.Required("switch_count");
    public SectorField Faults { get; } = schema.Required("faults");
    public SectorField Tilt { get; } = schema.Required("tilt");
}

internal sealed class TrafficFields(SectorSchema schema)
{
    public SectorSchema Schema { get; } = schema;
    public SectorField Interval { get; } = schema.Required("interval");
    public SectorField Lane { get; } = schema.Required("lane");
    public SectorField Motorbikes { get; } = schema.Required("motorbike_count");
    public SectorField Cars { get; } = schema.Required("car_count");
    public SectorField Buses { get; } = schema.Required("bus_count");
    public SectorField Trucks { get; } = schema.Required("truck_count");
    public SectorField Bicycles { get; } = schema.Required("bicycle_count");
    public SectorField MeanSpeed { get; } = schema.Required("mean_speed");
    public SectorField P85Speed { get; } = schema.Required("p85_speed");
    public SectorField Occupancy { get; } = schema.Required("occupancy");
    public SectorField QueueLength { get; } = schema.Required("queue_length");
    public SectorField MeanHeadway { get; } = schema.Required("mean_headway");
    public SectorField DetectionQuality { get; } = schema.Required("detection_quality");
    public SectorField SupplyVoltage { get; } = schema.Required("supply_voltage");
    public SectorField DeviceTemperature { get; } = schema.Required("device_temperature");
    public SectorField Status { get; } = schema.Required("status");
}

internal sealed class WaterFields(SectorSchema schema)
{
    public SectorSchema Schema { get; } = schema;
    public SectorField Flow { get; } = schema.Required("flow");
    public SectorField Volume { get; } = schema.Required("volume");
    public SectorField Pressure { get; } = schema.Required("pressure");
    public SectorField Level { get; } = schema.Required("level");
    public SectorField Turbidity { get; } = schema.Required("turbidity");
    public SectorField Ph { get; } = schema.Required("ph");
    public SectorField FreeChlorine { get; } = schema.Required("free_chlorine");
    public SectorField Temperature { get; } = schema.Required("temperature");
    public SectorField Conductivity { get; } = schema.Required("conductivity");
    public SectorField MinFlow { get; } = schema.Required("min_flow_24h");
    public SectorField ValveOpening { get; } = schema.Required("valve_opening");
    public SectorField Rssi { get; } = schema.Required("rssi");
    public SectorField BatteryVoltage { get; } = schema.Required("battery_voltage");
    public SectorField Status { get; } = schema.Required("status");
}
