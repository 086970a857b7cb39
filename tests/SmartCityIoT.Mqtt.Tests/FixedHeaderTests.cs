using System.Buffers;
using CsCheck;

namespace SmartCityIoT.Mqtt.Tests;

public sealed class FixedHeaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_097_151)]
    [InlineData(2_097_152)]
    [InlineData(268_435_455)]
    public void Each_remaining_length_is_read_at_every_cut(int length)
    {
        byte[] bytes = Header(0x32, length);
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            Assert.Equal(HeaderStatus.NeedMore, FixedHeader.TryRead(bytes.AsSpan(0, cut), out _));
        }

        Assert.Equal(HeaderStatus.Ok, FixedHeader.TryRead(bytes, out FixedHeader header));
        Assert.Equal(new FixedHeader(PacketType.Publish, 2, length, bytes.Length), header);
        Assert.Equal(bytes.Length + length, header.PacketLength);
    }

    [Fact]
    public void A_fifth_length_byte_is_malformed()
    {
        Assert.Equal(HeaderStatus.NeedMore, FixedHeader.TryRead([0x30, 0xFF, 0xFF, 0xFF], out _));
        Assert.Equal(HeaderStatus.Malformed, FixedHeader.TryRead([0x30, 0xFF, 0xFF, 0xFF, 0x80], out _));
        Assert.Equal(HeaderStatus.Malformed, FixedHeader.TryRead([0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], out _));
    }

    [Fact]
    public void Flags_are_legal_as_the_table_of_the_standard_says()
    {
        for (int first = 0; first < 256; first++)
        {
            int flags = first & 0x0F;
            bool isLegal = (first >> 4) switch
            {
                0 => false,
                3 => flags is not (6 or 7 or 14 or 15),
                6 or 8 or 10 => flags == 2,
                _ => flags == 0,
            };
            HeaderStatus status = FixedHeader.TryRead([(byte)first, 0], out FixedHeader header);
            Assert.Equal(isLegal ? HeaderStatus.Ok : HeaderStatus.Malformed, status);

            // The first byte alone is enough to know.
            Assert.Equal(isLegal ? HeaderStatus.NeedMore : HeaderStatus.Malformed, FixedHeader.TryRead([(byte)first], out _));
            Assert.Equal(isLegal ? (PacketType)(first >> 4) : default, header.Type);
        }
    }

    [Fact]
    public void Pieces_and_one_span_say_the_same_of_any_bytes() =>
        Gen.Byte.Array[0, 12].Select(Gen.Int[1, 4]).Sample((bytes, piece) =>
        {
            HeaderStatus whole = FixedHeader.TryRead(bytes, out FixedHeader expected);
            ReadOnlySequence<byte> sequence = Pieces.Of(bytes, piece);
            Assert.Equal(whole, FixedHeader.TryRead(sequence, out FixedHeader header));
            Assert.Equal(expected, header);
        });

    private static byte[] Header(byte first, int length)
    {
        List<byte> bytes = [first];
        do
        {
            bytes.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        return [.. bytes];
    }
}
