using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Sectors;

/// <summary>The shipped packs say what the published wire format says: bit, name, type, scale and plausible range of each field.</summary>
public class ShippedPacksTests
{
    [Fact]
    public void Traffic_is_as_published() => Check(ShippedPacks.Traffic, 1, """
        0 interval u16 1/0 s 1..3600
        1 lane u8 1/0 1 channel
        2 motorbike_count u16 1/0 1 0..15000
        3 car_count u16 1/0 1 0..5000
        4 bus_count u16 1/0 1 0..2000
        5 truck_count u16 1/0 1 0..2000
        6 bicycle_count u16 1/0 1 0..5000
        7 mean_speed u8 5/1 km/h 0..240
        8 p85_speed u8 5/1 km/h 0..255
        9 occupancy u8 5/1 % 0..200
        10 queue_length u16 1/0 m 0..2000
        11 mean_headway u16 1/2 s 0..65500
        12 detection_quality u8 1/0 % 0..100
        13 supply_voltage u16 1/3 V 2000..30000
        14 device_temperature i8 1/0 Cel -20..85
        15 status u16 1/0 1 bits 8
        """);

    [Fact]
    public void Water_is_as_published() => Check(ShippedPacks.Water, 2, """
        0 flow i32 1/3 m3/h -3000000..3000000
        1 volume u64 1/0 L 0.. cumulative
        2 pressure i16 1/1 kPa -1000..16000
        3 level u16 1/0 mm 0..60000
        4 turbidity u16 1/2 [NTU] 0..40000
        5 ph u16 1/2 [pH] 0..1400
        6 free_chlorine u16 1/3 mg/L 0..10000
        7 temperature i16 1/2 Cel 0..6000
        8 conductivity u16 1/0 uS/cm 0..20000
        9 min_flow_24h i32 1/3 m3/h -3000000..3000000
        10 valve_opening u8 1/0 % 0..100
        11 rssi i8 1/0 dB[mW] -140..0
        12 battery_voltage u16 1/3 V 2000..30000
        13 status u16 1/0 1 bits 12
        """);

    [Fact]
    public void Lighting_is_as_published() => Check(ShippedPacks.Lighting, 3, """
        0 state u8 1/0 1 bits 5
        1 dim_level u8 1/0 % 0..100
        2 power u16 1/1 W 0..10000
        3 energy u32 1/0 W.h 0.. cumulative
        4 voltage u16 1/1 V 0..3000
        5 current u16 1/3 A 0..10000
        6 power_factor i8 1/2 1 -100..100
        7 frequency u16 1/2 Hz 4500..5500
        8 illuminance u32 1/2 lx 0..13000000
        9 gear_temperature i16 1/1 Cel -200..1100
        10 burn_hours u32 1/1 h 0.. cumulative
        11 switch_count u32 1/0 1 0.. cumulative
        12 faults u16 1/0 1 bits 16
        13 tilt i8 1/0 deg -90..90
        """);

    private static void Check(SectorSchema schema, int sector, string expected)
    {
        Assert.Equal((sector, 1), (schema.Sector, schema.Number));
        Assert.Equal(expected.ReplaceLineEndings("\n"), string.Join('\n', schema.Fields.Select(Describe)));
        Assert.All(schema.Fields, field => Assert.NotEqual(field.LabelVi, field.LabelEn is "pH" ? "" : field.LabelEn));
    }

    private static string Describe(SectorField field)
    {
        var start = $"{field.Bit} {field.Name} {field.Type.ToString().ToLowerInvariant()} {field.Scale.Multiplier}/{field.Scale.Digits} {field.Unit}";
        if (field.Role == FieldRole.Channel) return start + " channel";
        if (field.Role == FieldRole.Bits) return $"{start} bits {field.Bits.Count}";
        var maximum = field.ValidMaximum == long.MaxValue ? "" : $"{field.ValidMaximum}";
        return $"{start} {field.ValidMinimum}..{maximum}{(field.IsCumulative ? " cumulative" : "")}";
    }
}
