using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

/// <summary>Bodies at the edges of what the specification allows. Water: bit 0 flow i32, 1 volume u64, 2 pressure i16, 11 rssi i8.</summary>
public class FrameDecoderBodyTests
{
    private const int Periodic = 1;
    private const int Batch = 2;

    public static IEnumerable<TheoryDataRow<int, DecodeStatus, string>> Bodies =>
    [
        new(Periodic, DecodeStatus.BadLength, ""),
        new(Periodic, DecodeStatus.BadLength, "000000"),
        new(Periodic, DecodeStatus.Ok, "00000000"),
        new(Periodic, DecodeStatus.BadLength, "0000000000"),
        new(Periodic, DecodeStatus.BadLength, "01000000 ffffff"),
        new(Periodic, DecodeStatus.Ok, "01000000 ffffff7f"),
        new(Periodic, DecodeStatus.BadLength, "01000000 ffffff7f 00"),
        new(Periodic, DecodeStatus.Ok, "02000000 ffffffffffffff7f"),
        new(Periodic, DecodeStatus.BadLength, "02000000 0000000000000080"),
        new(Periodic, DecodeStatus.BadLength, "02000000 ffffffffffffffff"),

        // Bit 14 is not in the schema: what follows it is not looked at, what stands before it must fit.
        new(Periodic, DecodeStatus.SchemaNewer, "00400000"),
        new(Periodic, DecodeStatus.SchemaNewer, "01400000 01000000"),
        new(Periodic, DecodeStatus.SchemaNewer, "01400000 01000000 aabbcc"),
        new(Periodic, DecodeStatus.BadLength, "01400000 010000"),
        new(Periodic, DecodeStatus.SchemaNewer, "00000080"),

        new(Batch, DecodeStatus.BadBatch, ""),
        new(Batch, DecodeStatus.BadBatch, "020100"),
        new(Batch, DecodeStatus.BadBatch, "020100 000000"),
        new(Batch, DecodeStatus.Ok, "020100 00000000"),
        new(Batch, DecodeStatus.BadBatch, "020100 00000000 00"),
        new(Batch, DecodeStatus.BadBatch, "000100 00000000"),
        new(Batch, DecodeStatus.BadBatch, "010100 00000000"),
        new(Batch, DecodeStatus.Ok, "780100 00000000"),
        new(Batch, DecodeStatus.BadBatch, "790100 00000000"),
        new(Batch, DecodeStatus.BadBatch, "020000 00000000"),
        new(Batch, DecodeStatus.Ok, "02100e 00000000"),
        new(Batch, DecodeStatus.BadBatch, "02110e 00000000"),
        new(Batch, DecodeStatus.BadBatch, "020100 00400000"),
        new(Batch, DecodeStatus.BadBatch, "020100 01000000 000000"),
        new(Batch, DecodeStatus.BadBatch, "020100 02000000 0000000000000080 00"),

        // rssi: 100 + 27 is the last i8, one more is not; the difference may take more bytes than it needs, up to ten.
        new(Batch, DecodeStatus.Ok, "020100 00080000 64 36"),
        new(Batch, DecodeStatus.BadBatch, "020100 00080000 64 38"),
        new(Batch, DecodeStatus.BadBatch, "020100 00080000 64"),
        new(Batch, DecodeStatus.BadBatch, "020100 00080000 64 b6"),
        new(Batch, DecodeStatus.Ok, "020100 00080000 64 b68080808080808080 00"),
        new(Batch, DecodeStatus.BadBatch, "020100 00080000 64 b68080808080808080 8000"),
        new(Batch, DecodeStatus.BadBatch, "020100 00080000 64 b68080808080808080 02"),
        new(Batch, DecodeStatus.BadBatch, "020100 00080000 64 36 00"),

        // volume: from 2^63 − 1 to 0 is a difference of 64 bits with its sign; beyond either end is overflow.
        new(Batch, DecodeStatus.Ok, "020100 02000000 ffffffffffffff7f fdffffffffffffffff01"),
        new(Batch, DecodeStatus.BadBatch, "020100 02000000 ffffffffffffff7f 02"),
        new(Batch, DecodeStatus.BadBatch, "020100 02000000 0000000000000000 01"),
        new(Batch, DecodeStatus.BadBatch, "020100 02000000 ffffffffffffff7f feffffffffffffffff01"),
        new(Batch, DecodeStatus.BadBatch, "020100 02000000 0000000000000000 ffffffffffffffffff01"),

        new(3, DecodeStatus.Ok, "0100 04 ff 0000000000000080 ffffffffffffff7f"),
        new(3, DecodeStatus.BadLength, "0100 05 00 0000000000000080 ffffffffffffff7f"),
        new(3, DecodeStatus.BadLength, "0100 04 00 0000000000000080 ffffffffffffff"),
        new(3, DecodeStatus.BadLength, "0100 04 00 0000000000000080 ffffffffffffff7f 00"),
        new(4, DecodeStatus.Ok, "0102030405 06000000 0700"),
        new(4, DecodeStatus.BadLength, "0102030405 06000000 07"),
        new(4, DecodeStatus.BadLength, "0102030405 06000000 070000"),
        new(5, DecodeStatus.Ok, "01000000 ff 0200"),
        new(5, DecodeStatus.BadLength, "01000000 00 02"),
        new(5, DecodeStatus.BadLength, "01000000 00 020000"),
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void A_body_is_judged_as_specified(int type, DecodeStatus expected, string body)
    {
        var frame = new Frame();
        var bytes = new FrameBytes { Type = type, Body = Convert.FromHexString(body.Replace(" ", "", StringComparison.Ordinal)) }.Build();
        Assert.Equal(expected, FrameDecoder.TryDecode(bytes, ShippedPacks.Catalog, frame));
    }

    [Fact]
    public void A_newer_record_keeps_the_known_fields_below_the_lowest_unknown_bit()
    {
        // A schema that knows bits 0 and 3 alone, given a record with 0, 1 and 3: only 0 can be read.
        var catalog = PackText.Catalog("""
            { "bit": 0, "name": "a", "type": "u8", "scale": 1, "unit": "1", "label": { "vi": "a", "en": "a" } },
            { "bit": 3, "name": "d", "type": "u8", "scale": 1, "unit": "1", "label": { "vi": "d", "en": "d" } }
            """);
        var frame = new Frame();
        var bytes = new FrameBytes { Sector = 77, Body = [0b1011, 0, 0, 0, 42, 1, 2] }.Build();

        Assert.Equal(DecodeStatus.SchemaNewer, FrameDecoder.TryDecode(bytes, catalog, frame));
        Assert.Equal(0b0001u, frame.Presence);
        Assert.Equal(1, frame.SampleCount);
        Assert.Equal(42, frame.Sample(0)[0]);
    }

    [Fact]
    public void The_system_sector_knows_no_field()
    {
        var frame = new Frame();
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(new FrameBytes { Sector = 0 }.Build(), ShippedPacks.Catalog, frame));
        var record = new FrameBytes { Sector = 0, Body = [1, 0, 0, 0, 9] }.Build();
        Assert.Equal(DecodeStatus.SchemaNewer, FrameDecoder.TryDecode(record, ShippedPacks.Catalog, frame));
        Assert.Equal(0u, frame.Presence);
    }

    [Fact]
    public void Reserved_flags_are_handed_on_and_do_not_matter()
    {
        var frame = new Frame();
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(new FrameBytes { Flags = 0xE1 }.Build(), ShippedPacks.Catalog, frame));
        Assert.Equal(0xE1, (byte)frame.Header.Flags);
        Assert.True(frame.Header.Flags.HasFlag(FrameFlags.ClockNotSynchronised));
    }

    [Fact]
    public void A_failed_decode_leaves_nothing_of_the_frame_before()
    {
        var frame = new Frame();
        var good = new FrameBytes { Type = Batch, Body = [2, 1, 0, 0, 8, 0, 0, 100, 54] }.Build();
        Assert.Equal(DecodeStatus.Ok, FrameDecoder.TryDecode(good, ShippedPacks.Catalog, frame));
        Assert.Equal(2, frame.SampleCount);

        Assert.Equal(DecodeStatus.TooShort, FrameDecoder.TryDecode([], ShippedPacks.Catalog, frame));
        Assert.Equal((0, 0u, 0), (frame.SampleCount, frame.Presence, frame.IntervalSeconds));
        Assert.Equal(default, frame.Header);
    }
}
