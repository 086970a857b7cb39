using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Sectors;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

public class FrameEncoderTests
{
    private static readonly FrameHeader Header = new(MessageType.Periodic, 2, 1, FrameFlags.None, 3, 258, 0x70B3D57ED0001002, 1_767_225_600_000, 0);

    public static IEnumerable<TheoryDataRow<RawType, long>> TooLarge =>
        Enum.GetValues<RawType>().Where(type => type != RawType.U64).Select(type => new TheoryDataRow<RawType, long>(type, type.Maximum() + 1));

    public static IEnumerable<TheoryDataRow<RawType, long>> TooSmall =>
        Enum.GetValues<RawType>().Select(type => new TheoryDataRow<RawType, long>(type, type.Minimum() - 1));

    [Theory]
    [MemberData(nameof(TooLarge))]
    [MemberData(nameof(TooSmall))]
    public void A_value_outside_its_type_is_refused(RawType type, long value)
    {
        var schema = PackText.Catalog($$"""
            { "bit": 0, "name": "a", "type": "{{type.ToString().ToLowerInvariant()}}", "scale": 1, "unit": "1", "label": { "vi": "a", "en": "a" } }
            """).Packs[0].Schemas[0];
        var header = Header with { Sector = schema.Sector };
        var samples = new long[2 * Frame.FieldSlots];
        var frame = new byte[FrameLayout.MaxLength];

        Assert.Equal(EncodeStatus.ValueOutOfType, FrameEncoder.TryEncodePeriodic(header, schema, 1, [value], frame, out var written));
        Assert.Equal(0, written);
        samples[Frame.FieldSlots] = value;
        Assert.Equal(EncodeStatus.ValueOutOfType, FrameEncoder.TryEncodeBatch(header, schema, 1, 60, samples, frame, out written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void A_header_that_no_device_may_send_is_refused()
    {
        CheckEvent(EncodeStatus.BadTime, Header with { Time = -1 }, default);
        CheckEvent(EncodeStatus.BadTime, Header with { Time = FrameLayout.MaxTime + 1 }, default);
        CheckEvent(EncodeStatus.Ok, Header with { Time = FrameLayout.MaxTime }, default);
        CheckEvent(EncodeStatus.BadFlags, Header with { Flags = (FrameFlags)32 }, default);
        CheckEvent(EncodeStatus.BadSeverity, Header, new EventBody(1, 5, 0, 0, 0));
    }

    [Fact]
    public void A_record_must_be_of_the_header_s_schema_and_have_known_fields()
    {
        var frame = new byte[FrameLayout.MaxLength];
        Span<long> raw = stackalloc long[Frame.FieldSlots];
        Assert.Equal(EncodeStatus.SchemaMismatch, FrameEncoder.TryEncodePeriodic(Header, ShippedPacks.Traffic, 1, raw, frame, out _));
        Assert.Equal(EncodeStatus.UnknownField, FrameEncoder.TryEncodePeriodic(Header, ShippedPacks.Water, 1 << 14, raw, frame, out _));
        Assert.Equal(EncodeStatus.ValueOutOfType, FrameEncoder.TryEncodePeriodic(Header, ShippedPacks.Water, 1 << 2, [1, 2], frame, out _));
    }

    [Theory]
    [InlineData(1, 60, EncodeStatus.BadSampleCount)]
    [InlineData(2, 60, EncodeStatus.Ok)]
    [InlineData(120, 60, EncodeStatus.Ok)]
    [InlineData(121, 60, EncodeStatus.BadSampleCount)]
    [InlineData(2, 0, EncodeStatus.BadInterval)]
    [InlineData(2, 3600, EncodeStatus.Ok)]
    [InlineData(2, 3601, EncodeStatus.BadInterval)]
    public void A_batch_has_2_to_120_samples_and_an_interval_up_to_an_hour(int samples, int interval, EncodeStatus expected)
    {
        var status = FrameEncoder.TryEncodeBatch(
            Header, ShippedPacks.Water, 1, interval, new long[samples * Frame.FieldSlots], new byte[FrameLayout.MaxLength], out _);
        Assert.Equal(expected, status);
    }

    [Fact]
    public void A_body_over_1024_bytes_and_a_short_destination_are_told_apart()
    {
        var samples = new long[120 * Frame.FieldSlots];
        for (var sample = 0; sample < 120; sample++) samples[(sample * Frame.FieldSlots) + 1] = sample % 2 == 0 ? 0 : long.MaxValue;

        Assert.Equal(
            EncodeStatus.BodyTooLong,
            FrameEncoder.TryEncodeBatch(Header, ShippedPacks.Water, 2, 60, samples, new byte[FrameLayout.MaxLength + 100], out _));
        Assert.Equal(
            EncodeStatus.DestinationTooShort,
            FrameEncoder.TryEncodeBatch(Header, ShippedPacks.Water, 2, 60, samples, new byte[FrameLayout.MaxLength - 1], out _));
    }

    [Fact]
    public void Every_destination_that_is_a_byte_too_short_is_refused()
    {
        var decoded = new Frame();
        foreach (var golden in GoldenFrame.All.Where(golden => golden.Expect == "Ok"))
        {
            FrameDecoder.TryDecode(golden.Payload, ShippedPacks.Catalog, decoded);
            for (var length = 0; length < golden.Payload.Length; length++)
            {
                Assert.Equal(EncodeStatus.DestinationTooShort, FrameRoundTrip.Encode(decoded, new byte[length], out var written));
                Assert.Equal(0, written);
            }

            Assert.Equal(EncodeStatus.Ok, FrameRoundTrip.Encode(decoded, new byte[golden.Payload.Length], out _));
        }
    }

    private static void CheckEvent(EncodeStatus expected, FrameHeader header, EventBody body)
    {
        Assert.Equal(expected, FrameEncoder.TryEncodeEvent(header, body, new byte[FrameLayout.MaxLength], out var written));
        Assert.Equal(expected == EncodeStatus.Ok, written > 0);
    }
}
