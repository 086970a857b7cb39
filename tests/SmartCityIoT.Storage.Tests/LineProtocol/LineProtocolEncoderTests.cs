using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using SmartCityIoT.Storage.LineProtocol;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Readings;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Storage.Tests.LineProtocol;

public class LineProtocolEncoderTests
{
    private const ulong Device = 0x70b3d57ed0001002;
    private static readonly SeriesTags Tags = new("W1", "24118", "WM-100");
    private static readonly ReadingOrigin Origin = new(Device, 1_796_083_200_000_000, FrameFlags.LowBattery, Quality.Late | Quality.Test, 3, 258, 2);

    [Fact]
    public void A_reading_becomes_one_line()
    {
        var raw = new long[Frame.FieldSlots];
        raw[0] = 84213;
        raw[1] = long.MaxValue;
        raw[2] = -10;
        Assert.Equal(
            "water,area=24118,channel=0,device=70b3d57ed0001002,model=WM-100,site=W1 flow=84.213,volume=9223372036854775807i,pressure=-1.0,"
            + "flags=4i,quality=20i,boot=3i,seq=258i,sample=2i 1796083200000000\n",
            Encode(encoder => encoder.Append(Reading("water", 0, 0b111, raw), Tags)));
    }

    [Fact]
    public void A_reading_without_values_still_says_that_it_came() => Assert.Equal(
        "traffic,channel=18,device=70b3d57ed0001002 flags=4i,quality=20i,boot=3i,seq=258i,sample=2i 1796083200000000\n",
        Encode(encoder => encoder.Append(Reading("traffic", 0x12, 0, new long[Frame.FieldSlots]), SeriesTags.None)));

    [Fact]
    public void The_field_that_names_the_channel_is_never_a_value() => Assert.DoesNotContain(
        "lane=", Encode(encoder => encoder.Append(Reading("traffic", 1, uint.MaxValue, new long[Frame.FieldSlots]), Tags)), StringComparison.Ordinal);

    [Fact]
    public void An_event_keeps_its_raw_values_exactly() => Assert.Equal(
        "device_event,area=24118,channel=0,device=70b3d57ed0001002,model=WM-100,sector=lighting,site=W1 "
        + "code=35322i,severity=3i,field=2i,value=-2615790534138818370i,threshold=750i,"
        + "field_name=\"power\",physical_value=-261579053413881837.0,physical_threshold=75.0,"
        + "flags=4i,quality=20i,boot=3i,seq=258i,sample=2i 1796083200000000\n",
        Encode(encoder => encoder.AppendEvent(Origin, Packs.Schema("lighting"), new EventBody(35322, 3, 2, -2615790534138818370, 750), Tags)));

    [Theory]
    [InlineData(1, "physical_value=7.0,")]
    [InlineData(31, "threshold=8i,flags=")]
    [InlineData(200, "threshold=8i,flags=")]
    public void The_physical_value_of_an_event_is_a_decimal_for_every_known_field(byte field, string expected) => Assert.Contains(
        expected,
        Encode(encoder => encoder.AppendEvent(Origin, Packs.Schema("lighting"), new EventBody(1, 0, field, 7, 8), Tags)),
        StringComparison.Ordinal);

    [Fact]
    public void A_boot_and_an_acknowledgement_have_measurements_of_their_own()
    {
        const string Tail = "flags=4i,quality=20i,boot=3i,seq=258i,sample=2i 1796083200000000\n";
        const string TagText = "area=24118,channel=0,device=70b3d57ed0001002,model=WM-100,site=W1";
        Assert.Equal(
            $"device_boot,{TagText} firmware_major=1i,firmware_minor=2i,firmware_patch=3i,hardware=4i,reset_cause=5i,previous_uptime=4294967295i,backlog=7i,{Tail}"
            + $"device_ack,{TagText} command_id=4044119726i,result=3i,detail=53706i,{Tail}",
            Encode(encoder =>
            {
                encoder.AppendBoot(Origin, new BootBody(1, 2, 3, 4, 5, uint.MaxValue, 7), Tags);
                encoder.AppendAcknowledgement(Origin, new AcknowledgementBody(4044119726, 3, 53706), Tags);
            }));
    }

    [Fact]
    public void A_change_of_placement_changes_the_series()
    {
        var text = Encode(encoder =>
        {
            foreach (var site in (string[])["A", "B", "A"])
            {
                encoder.Append(Reading("water", 0, 0, new long[Frame.FieldSlots]), new SeriesTags(site, "", ""));
            }
        });
        Assert.Equal(["A", "B", "A"], text.Split('\n')[..^1].Select(line => ParsedLine.Parse(line).Tags["site"]));
    }

    [Fact]
    public void What_a_line_says_is_what_the_reading_said() =>
        Gen.Select(
            Gen.Select(Gen.ULong, Gen.Int[0, 255], Gen.UInt, Gen.Long.Array[Frame.FieldSlots]),
            Gen.Select(Gen.Int[1, 1000], Gen.Int[0, 9]).Array[1, Frame.FieldSlots],
            Gen.Select(Gen.Byte, Gen.Byte, Gen.Byte, Gen.UShort, Gen.Byte),
            Gen.Select(Text, Text, Text),
            Gen.Long[0, 253_402_300_799_999_999]).Sample((reading, scales, origin, tags, time) =>
        {
            var (device, channel, presence, raw) = reading;
            var fields = scales.Select((scale, bit) => new SectorField
            {
                Bit = bit,
                Name = $"f {bit}",
                Type = RawType.U64,
                Scale = new DecimalScale(scale.Item1, scale.Item2),
                Unit = "1",
                LabelEn = "",
                LabelVi = "",
            }).ToArray();
            var schema = new SectorSchema(9, "a measurement", 1, fields);
            var from = new ReadingOrigin(device, time, (FrameFlags)origin.Item1, (Quality)origin.Item2, origin.Item3, origin.Item4, origin.Item5);
            var line = Encode(encoder => encoder.Append(
                new Reading { Origin = from, Schema = schema, Channel = channel, Presence = presence & schema.KnownMask, Raw = raw },
                new SeriesTags(tags.Item1, tags.Item2, tags.Item3)));

            var parsed = ParsedLine.Parse(line.TrimEnd('\n'));
            Assert.Equal("a measurement", parsed.Measurement);
            Assert.Equal(time, parsed.Time);
            var expectedTags = new Dictionary<string, string>
            {
                ["device"] = DeviceId.Format(device),
                ["channel"] = channel.ToString(CultureInfo.InvariantCulture),
                ["site"] = tags.Item1,
                ["area"] = tags.Item2,
                ["model"] = tags.Item3,
            };
            Assert.Equal(expectedTags.Where(tag => tag.Value.Length > 0).OrderBy(tag => tag.Key), parsed.Tags.OrderBy(tag => tag.Key));
            Assert.Equal(BitOperations.PopCount(presence & schema.KnownMask) + 5, parsed.Fields.Count);
            foreach (var field in fields.Where(field => (presence >> field.Bit & 1) == 1))
            {
                var text = parsed.Fields[field.Name];
                var isWhole = field.Scale.Digits == 0;
                Assert.Equal(isWhole, text.EndsWith('i'));
                Assert.Equal(!isWhole, text.Contains('.', StringComparison.Ordinal));
                Assert.Equal((BigInteger)raw[field.Bit] * field.Scale.Multiplier, BigInteger.Parse(text.TrimEnd('i').Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
            }

            Assert.Equal($"{origin.Item4}i", parsed.Fields["seq"]);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void A_field_keeps_its_type_whatever_its_value(int multiplier)
    {
        long[] values = [0, 1, -1, 9, 10, -10, 1_000, 84_000, 1_000_000_000, uint.MaxValue, uint.MaxValue + 1L, int.MinValue, long.MinValue, long.MaxValue];
        for (var digits = 0; digits <= 9; digits++)
        {
            var field = new SectorField { Bit = 0, Name = "f", Type = RawType.U64, Scale = new DecimalScale(multiplier, digits), Unit = "1", LabelEn = "", LabelVi = "" };
            var schema = new SectorSchema(9, "m", 1, [field]);
            foreach (var value in values)
            {
                var raw = new long[Frame.FieldSlots];
                raw[0] = value;
                var line = Encode(encoder => encoder.Append(new Reading { Origin = Origin, Schema = schema, Channel = 0, Presence = 1, Raw = raw }, SeriesTags.None));
                Assert.Matches(digits == 0 ? "^-?[0-9]+i$" : $"^-?[0-9]+\\.[0-9]{{{digits}}}$", ParsedLine.Parse(line.TrimEnd('\n')).Fields["f"]);
                Assert.DoesNotMatch("^-0(\\.0*|i)?$", ParsedLine.Parse(line.TrimEnd('\n')).Fields["f"]);
            }
        }
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        var buffer = new LineBuffer();
        var encoder = new LineProtocolEncoder(buffer);
        var schema = Packs.Schema("water");
        var raw = Enumerable.Range(0, Frame.FieldSlots).Select(index => (index * 977L) - 5_000).ToArray();

        void Round()
        {
            buffer.Clear();
            for (var index = 0; index < 1_000; index++)
            {
                var origin = Origin with { Device = Device + ((ulong)index % 100), TimeMicroseconds = Origin.TimeMicroseconds + index };
                encoder.Append(new Reading { Origin = origin, Schema = schema, Channel = 0, Presence = 0x3fff, Raw = raw }, Tags);
                encoder.AppendEvent(origin, schema, new EventBody(1, 2, 3, 4, 5), Tags);
                encoder.AppendBoot(origin, default, Tags);
                encoder.AppendAcknowledgement(origin, default, Tags);
            }
        }

        Round();
        Round();
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var round = 0; round < 25; round++) Round();
        }));
        Assert.Equal(4_000, buffer.Count);
    }

    /// <summary>Texts full of what must be escaped, without what line protocol cannot carry.</summary>
    private static Gen<string> Text { get; } = Gen.Char[" ,=\\\"aồ#"].Array[0, 12].Select(characters => new string(characters))
        .Where(text => !text.EndsWith('\\'));

    private static Reading Reading(string sector, int channel, uint presence, long[] raw) =>
        new() { Origin = Origin, Schema = Packs.Schema(sector), Channel = channel, Presence = presence, Raw = raw };

    private static string Encode(Action<LineProtocolEncoder> write)
    {
        var buffer = new LineBuffer();
        write(new LineProtocolEncoder(buffer));
        return Encoding.UTF8.GetString(buffer.Slice(0, buffer.Count).Span);
    }
}
