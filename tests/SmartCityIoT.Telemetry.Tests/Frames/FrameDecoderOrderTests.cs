using SmartCityIoT.Telemetry.Frames;
using SmartCityIoT.Telemetry.Tests.Sectors;

namespace SmartCityIoT.Telemetry.Tests.Frames;

/// <summary>A frame with several faults is reported by the first in the order of the specification.</summary>
public class FrameDecoderOrderTests
{
    private static readonly DecodeStatus[] Order =
    [
        DecodeStatus.TooShort,
        DecodeStatus.BadMagic,
        DecodeStatus.UnknownVersion,
        DecodeStatus.BadLength,
        DecodeStatus.BadCrc,
        DecodeStatus.UnknownType,
        DecodeStatus.UnknownSector,
        DecodeStatus.UnknownSchema,
        DecodeStatus.BadBatch,
    ];

    [Fact]
    public void The_first_fault_in_the_order_of_the_checks_is_reported()
    {
        // Every set of faults, as bits over the order.
        var frame = new Frame();
        for (var faults = 1; faults < 1 << Order.Length; faults++)
        {
            bool Has(DecodeStatus fault) => (faults & (1 << Array.IndexOf(Order, fault))) != 0;
            var bytes = new FrameBytes
            {
                Magic = (byte)(Has(DecodeStatus.BadMagic) ? 0xB4 : 0xB3),
                Version = Has(DecodeStatus.UnknownVersion) ? 2 : 1,
                Type = Has(DecodeStatus.UnknownType) ? 6 : 2,
                Sector = (byte)(Has(DecodeStatus.UnknownSector) ? 200 : 2),
                Schema = (byte)(Has(DecodeStatus.UnknownSchema) ? 200 : 1),
                Body = [(byte)(Has(DecodeStatus.BadBatch) ? 1 : 2), 1, 0, 0, 0, 0, 0],
                ExtraStatedLength = Has(DecodeStatus.BadLength) ? 1 : 0,
                BreakChecksum = Has(DecodeStatus.BadCrc),
            }.Build();
            if (Has(DecodeStatus.TooShort)) bytes = bytes[..27];

            var first = Order.First(Has);
            Assert.Equal(first, FrameDecoder.TryDecode(bytes, ShippedPacks.Catalog, frame));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(15)]
    public void Only_types_1_to_5_are_known(int type) => Check(DecodeStatus.UnknownType, new FrameBytes { Type = type });

    [Fact]
    public void A_body_over_1024_bytes_is_a_bad_length_though_it_is_all_there() =>
        Check(DecodeStatus.BadLength, new FrameBytes { Body = new byte[1025] });

    [Fact]
    public void The_header_is_given_once_the_checksum_has_proved_it()
    {
        var frame = new Frame();
        FrameDecoder.TryDecode(new FrameBytes { Sector = 200 }.Build(), ShippedPacks.Catalog, frame);
        Assert.Equal(0x70B3D57ED0001002ul, frame.Header.Device);

        FrameDecoder.TryDecode(new FrameBytes { BreakChecksum = true }.Build(), ShippedPacks.Catalog, frame);
        Assert.Equal(default, frame.Header);
    }

    [Fact]
    public void The_device_can_be_read_ahead_of_the_checks()
    {
        Assert.True(FrameDecoder.TryPeekDevice(new FrameBytes { BreakChecksum = true }.Build(), out var device));
        Assert.Equal(0x70B3D57ED0001002ul, device);
        Assert.False(FrameDecoder.TryPeekDevice(new FrameBytes { Magic = 0x7B }.Build(), out _));
        Assert.False(FrameDecoder.TryPeekDevice(new FrameBytes().Build().AsSpan(0, 27), out _));
    }

    private static void Check(DecodeStatus expected, FrameBytes frame) =>
        Assert.Equal(expected, FrameDecoder.TryDecode(frame.Build(), ShippedPacks.Catalog, new Frame()));
}
