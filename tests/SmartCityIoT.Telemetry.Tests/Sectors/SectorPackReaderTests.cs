using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Sectors;

public class SectorPackReaderTests
{
    private const string Good = """
        { "bit": 0, "name": "pm25", "type": "u16", "scale": 0.1, "unit": "ug/m3", "valid": [0, 1000.05], "noiseFloor": true, "label": { "vi": "Bụi mịn", "en": "PM2.5" }, "standards": { "lwm2m": "3325" } },
        { "bit": 2, "name": "state", "type": "u8", "scale": 1, "unit": "1", "role": "bits", "label": { "vi": "Tình trạng", "en": "State" },
          "bits": [ { "bit": 7, "name": "fan", "label": { "vi": "Quạt", "en": "Fan" } }, { "bit": 0, "width": 4, "name": "mode", "label": { "vi": "Chế độ", "en": "Mode" } } ] },
        { "bit": 1, "name": "probe", "type": "u8", "scale": 1, "unit": "1", "role": "channel", "label": { "vi": "Đầu đo", "en": "Probe" } }
        """;

    [Fact]
    public void A_pack_becomes_a_decode_plan()
    {
        var pack = PackText.Parse(PackText.Of(Good));

        Assert.Equal((77, "air", "1", "Không khí", "Air"), (pack.Sector, pack.Name, pack.Version, pack.LabelVi, pack.LabelEn));
        var schema = Assert.Single(pack.Schemas);
        Assert.Equal(["pm25", "probe", "state"], schema.Fields.Select(field => field.Name));
        Assert.Equal((0b111u, 0b010u, 0b001u), (schema.KnownMask, schema.ChannelMask, schema.NoiseMask));
        var dust = schema.FieldNamed("pm25")!;
        Assert.Equal((RawType.U16, new DecimalScale(1, 1), "ug/m3"), (dust.Type, dust.Scale, dust.Unit));
        Assert.Equal((0L, 10_000L), (dust.ValidMinimum, dust.ValidMaximum));
        Assert.Equal("3325", dust.Standards["lwm2m"]);
        Assert.Equal([("mode", 0, 4), ("fan", 7, 1)], schema.FieldNamed("state")!.Bits.Select(bit => (bit.Name, bit.Bit, bit.Width)));
    }

    [Fact]
    public void Values_outside_the_plausible_range_are_named_by_bit()
    {
        var schema = PackText.Catalog(Good).Packs[0].Schemas[0];
        Span<long> raw = stackalloc long[32];
        raw[0] = 10_001;
        Assert.Equal(0b001u, schema.Implausible(0b111, raw));
        Assert.Equal(0u, schema.Implausible(0b110, raw));
        raw[0] = 10_000;
        Assert.Equal(0u, schema.Implausible(0b111, raw));
    }

    [Theory]
    [InlineData("0.5", 5, 1)]
    [InlineData("0.001", 1, 3)]
    [InlineData("1e-3", 1, 3)]
    [InlineData("1.0", 1, 0)]
    [InlineData("10", 10, 0)]
    [InlineData("2.50", 25, 1)]
    [InlineData("0.000000001", 1, 9)]
    public void A_scale_is_exact(string scale, int multiplier, int digits)
    {
        var text = PackText.Of(Good.Replace("\"scale\": 0.1", $"\"scale\": {scale}", StringComparison.Ordinal)
            .Replace("\"valid\": [0, 1000.05]", "\"valid\": [null, null]", StringComparison.Ordinal));
        Assert.Equal(new DecimalScale(multiplier, digits), PackText.Parse(text).Schemas[0].Fields[0].Scale);
    }

    [Theory]
    [InlineData("\"pm25\"", "\"state\"", "schemas[0].fields[1]: the name \"state\" stands twice")]
    [InlineData("\"bit\": 2", "\"bit\": 0", "schemas[0].fields[1]: bit 0 stands twice")]
    [InlineData("\"bit\": 2", "\"bit\": 32", "schemas[0].fields[1].bit: must be a whole number from 0 to 31")]
    [InlineData("\"pm25\"", "\"quality\"", "schemas[0].fields[0].name: \"quality\" is reserved")]
    [InlineData("\"pm25\"", "\"seq\"", "schemas[0].fields[0].name: \"seq\" is reserved")]
    [InlineData("\"pm25\"", "\"PM 2.5\"", "schemas[0].fields[0].name: \"PM 2.5\" must be lower-case letters")]
    [InlineData("\"u16\"", "\"f32\"", "schemas[0].fields[0].type: must be one of u8, i8, u16, i16, u32, i32, u64")]
    [InlineData("\"scale\": 0.1", "\"scale\": 0", "schemas[0].fields[0].scale: must be over 0")]
    [InlineData("\"scale\": 0.1", "\"scale\": -1", "schemas[0].fields[0].scale: must be over 0")]
    [InlineData("\"scale\": 0.1", "\"scale\": \"0.1\"", "schemas[0].fields[0].scale: must be a decimal number")]
    [InlineData("\"scale\": 0.1", "\"scale\": 0.0000000001", "schemas[0].fields[0].scale: must be over 0, with at most 9 decimal places")]
    [InlineData("[0, 1000.05]", "[0]", "schemas[0].fields[0].valid: must be [minimum, maximum]")]
    [InlineData("[0, 1000.05]", "[5, 1]", "schemas[0].fields[0].valid: leaves no value of the type")]
    [InlineData("[0, 1000.05]", "[7000, 8000]", "schemas[0].fields[0].valid: leaves no value of the type")]
    [InlineData("[0, 1000.05]", "[0, 1e25]", "schemas[0].fields[0].valid: is wider than 64 bits")]
    [InlineData("\"role\": \"bits\"", "\"role\": \"flags\"", "schemas[0].fields[1].role: must be one of value, channel, bits")]
    [InlineData("\"role\": \"bits\"", "\"role\": \"value\"", "schemas[0].fields[1].bits: is only for the role \"bits\"")]
    [InlineData("\"role\": \"channel\"", "\"role\": \"bits\"", "schemas[0].fields[2]: needs a member \"bits\"")]
    [InlineData("\"noiseFloor\": true", "\"role\": \"channel\"", "schemas[0].fields[0].role: needs an unsigned type and scale 1")]
    [InlineData("\"role\": \"channel\"", "\"role\": \"channel\", \"cumulative\": true", "schemas[0].fields[2]: only a value can be cumulative")]
    [InlineData("\"bit\": 7", "\"bit\": 3", "schemas[0].fields[1].bits[1]: bit 0 stands twice")]
    [InlineData("\"bit\": 7", "\"bit\": 8", "schemas[0].fields[1].bits[0].bit: must be a whole number from 0 to 7")]
    [InlineData("\"fan\"", "\"mode\"", "schemas[0].fields[1].bits[1]: the name \"mode\" stands twice")]
    [InlineData("\"noiseFloor\"", "\"noisefloor\"", "schemas[0].fields[0]: has an unknown member \"noisefloor\"")]
    [InlineData("\"unit\": \"ug/m3\", ", "", "schemas[0].fields[0]: needs a member \"unit\"")]
    [InlineData("\"en\": \"PM2.5\"", "\"en\": \" \"", "schemas[0].fields[0].label.en: must be a text that is not empty")]
    [InlineData("\"schema\": 1", "\"schema\": 256", "schemas[0].schema: must be a whole number from 0 to 255")]
    [InlineData("\"sector\": 77", "\"sector\": 0", "sector: must be a whole number from 1 to 255")]
    [InlineData("\"air\"", "\"system\"", "name: \"system\" is reserved")]
    [InlineData("\"air\"", "\"device_event\"", "name: \"device_event\" is reserved")]
    [InlineData("\"sector\": 77,", "\"sector\": 77, \"sector\": 78,", "is not well-formed JSON")]
    [InlineData("\"sector\": 77,", "\"sector\": 77 ", "line 2: is not well-formed JSON")]
    public void A_pack_that_cannot_be_used_is_refused_in_one_line(string good, string bad, string complaint)
    {
        var text = PackText.Of(Good);
        Assert.Contains(good, text, StringComparison.Ordinal);

        // A replaced text may occur more than once; the first place is meant.
        var at = text.IndexOf(good, StringComparison.Ordinal);
        var broken = string.Concat(text.AsSpan(0, at), bad, text.AsSpan(at + good.Length));

        var problem = Assert.Throws<SectorPackException>(() => PackText.Parse(broken));
        Assert.StartsWith("packs/air/pack.json: ", problem.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"sector\":77,\"name\":\"air\",\"version\":\"1\",\"label\":{\"vi\":\"a\",\"en\":\"a\"},\"schemas\":[]}")]
    [InlineData("{\"sector\":77,\"name\":\"air\",\"version\":\"1\",\"label\":{\"vi\":\"a\",\"en\":\"a\"},\"schemas\":[{\"schema\":1,\"fields\":[]}]}")]
    public void What_is_no_pack_at_all_is_refused(string text) => Assert.Throws<SectorPackException>(() => PackText.Parse(text));

    [Fact]
    public void A_field_keeps_its_kind_of_number_in_every_schema_of_its_sector()
    {
        const string Integer = """{ "bit": 0, "name": "dust", "type": "u16", "scale": 1, "unit": "1", "label": { "vi": "a", "en": "a" } }""";
        var text = PackText.Of(Integer).Replace("] } ]", "] }, { \"schema\": 2, \"fields\": [ " + Integer + " ] } ]", StringComparison.Ordinal);
        Assert.Equal([1, 2], PackText.Parse(text).Schemas.Select(schema => (int)schema.Number));

        var at = text.LastIndexOf("\"scale\": 1", StringComparison.Ordinal);
        var broken = text.Remove(at, 10).Insert(at, "\"scale\": 0.5");
        Assert.Contains("\"dust\" has another unit, role or kind of number", Assert.Throws<SectorPackException>(() => PackText.Parse(broken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_packs_cannot_share_a_number_or_a_name()
    {
        var pack = PackText.Parse(PackText.Of(Good));
        Assert.Throws<SectorPackException>(() => new SectorCatalog([pack, pack with { Name = "air2" }]));
        Assert.Throws<SectorPackException>(() => new SectorCatalog([pack, pack with { Sector = 78 }]));
    }
}
