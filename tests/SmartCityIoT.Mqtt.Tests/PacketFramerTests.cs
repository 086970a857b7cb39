using System.Buffers;
using CsCheck;

namespace SmartCityIoT.Mqtt.Tests;

public sealed class PacketFramerTests
{
    [Fact]
    public void A_packet_above_the_limit_is_known_by_its_header()
    {
        // PUBLISH of 1,000 bytes behind a header of three.
        ReadOnlySpan<byte> start = [0x30, 0xE8, 0x07];
        Assert.Equal(PacketStatus.NeedMore, PacketFramer.TryRead(start, ProtocolVersion.V5, 1003, out _, out _));
        Assert.Equal(PacketStatus.PacketTooLarge, PacketFramer.TryRead(start, ProtocolVersion.V5, 1002, out FixedHeader header, out _));
        Assert.Equal(1003, header.PacketLength);
        Assert.Equal(ReasonCode.PacketTooLarge, PacketStatus.PacketTooLarge.ToReasonCode());
    }

    [Fact]
    public void Packets_are_found_one_behind_the_other()
    {
        byte[] bytes = [.. GoldenPacket.All.SelectMany(golden => golden.Bytes)];
        ReadOnlySpan<byte> rest = bytes;
        foreach (GoldenPacket golden in GoldenPacket.All)
        {
            Assert.Equal(PacketStatus.Ok, PacketFramer.TryRead(rest, golden.Version, 100, out FixedHeader header, out ReadOnlySpan<byte> body));
            Assert.Equal(golden.Bytes.AsSpan(header.HeaderLength), body);
            rest = rest[header.PacketLength..];
        }

        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void Pieces_and_one_span_say_the_same_of_any_bytes() =>
        Gen.Select(Gen.Byte.Array[0, 20], Gen.Int[1, 5], Gen.Int[2, 20]).Sample((bytes, piece, limit) =>
        {
            PacketStatus whole = PacketFramer.TryRead(bytes, ProtocolVersion.V5, limit, out FixedHeader expected, out ReadOnlySpan<byte> span);
            ReadOnlySequence<byte> sequence = Pieces.Of(bytes, piece);
            Assert.Equal(whole, PacketFramer.TryRead(sequence, ProtocolVersion.V5, limit, out FixedHeader header, out ReadOnlySequence<byte> pieces));
            Assert.Equal(expected, header);
            Assert.Equal(span, PacketFramer.AsSpan(pieces, new byte[20]));
        });

    [Fact]
    public void A_body_in_one_piece_is_not_copied()
    {
        byte[] bytes = [1, 2, 3];
        Assert.True(PacketFramer.AsSpan(new ReadOnlySequence<byte>(bytes), default).Overlaps(bytes));
    }

    [Fact]
    public void An_error_has_the_number_of_its_reason_code()
    {
        (PacketStatus Status, int Code)[] expected =
        [
            (PacketStatus.Malformed, 0x81), (PacketStatus.ProtocolError, 0x82), (PacketStatus.UnsupportedProtocolVersion, 0x84),
            (PacketStatus.ClientIdentifierNotValid, 0x85), (PacketStatus.TopicFilterInvalid, 0x8F), (PacketStatus.TopicNameInvalid, 0x90),
            (PacketStatus.ReceiveMaximumExceeded, 0x93), (PacketStatus.TopicAliasInvalid, 0x94), (PacketStatus.PacketTooLarge, 0x95),
            (PacketStatus.PayloadFormatInvalid, 0x99), (PacketStatus.Ok, 0x00), (PacketStatus.NeedMore, 0x81),
        ];
        Assert.All(expected, row => Assert.Equal(row.Code, (int)row.Status.ToReasonCode()));
        Assert.Equal(Enum.GetValues<PacketStatus>().Order(), expected.Select(row => row.Status).Order());
    }
}
