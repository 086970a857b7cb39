using CsCheck;

namespace SmartCityIoT.Mqtt.Tests;

/// <summary>What holds for every packet alike, over those that were written by hand.</summary>
public sealed class GoldenPacketTests
{
    public static TheoryData<string> Names => GoldenPacket.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_is_read_and_written_again_byte_by_byte(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        byte[] destination = new byte[golden.Bytes.Length];
        Assert.Equal(PacketStatus.Ok, AnyPacket.Rewrite(golden.Bytes, golden.Version, golden.Sender, destination, out int written));
        Assert.Equal(golden.Bytes.Length, written);
        Assert.Equal(Convert.ToHexString(golden.Bytes), Convert.ToHexString(destination));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void None_is_written_where_it_does_not_fit(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        byte[] destination = new byte[golden.Bytes.Length - 1];
        Assert.Equal(PacketStatus.Ok, AnyPacket.Rewrite(golden.Bytes, golden.Version, golden.Sender, destination, out int written));
        Assert.Equal(0, written);
        Assert.All(destination, value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_cut_needs_more(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        for (int cut = 0; cut < golden.Bytes.Length; cut++)
            Assert.Equal(PacketStatus.NeedMore, AnyPacket.Read(golden.Bytes.AsSpan(0, cut), golden.Version, golden.Sender));
    }

    /// <summary>A body that ends too early is malformed, but where it is whole at an earlier end: a payload, a list, an optional tail.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_cut_of_a_body_is_judged(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        Assert.Equal(HeaderStatus.Ok, FixedHeader.TryRead(golden.Bytes, out FixedHeader header));
        byte[] body = golden.Bytes[header.HeaderLength..];
        for (int cut = 0; cut < body.Length; cut++)
        {
            PacketStatus status = AnyPacket.ReadBody(header, body.AsSpan(0, cut), golden.Version, golden.Sender);
            if (header.Type == PacketType.Connect)
                Assert.Equal(PacketStatus.Malformed, status);
            Assert.True(status is PacketStatus.Ok or PacketStatus.Malformed or PacketStatus.ProtocolError, $"cut {cut}: {status}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_byte_behind_a_body_is_never_overlooked(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        FixedHeader.TryRead(golden.Bytes, out FixedHeader header);
        byte[] body = [.. golden.Bytes[header.HeaderLength..], 0xFF];
        PacketStatus status = AnyPacket.ReadBody(header, body, golden.Version, golden.Sender);

        // A payload takes every byte there is.
        Assert.Equal(header.Type == PacketType.Publish, status == PacketStatus.Ok);
    }

    /// <summary>Each bit of each packet flipped: what is still a packet says the same again when it is written and read once more.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_flipped_bit_is_judged(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        byte[] once = new byte[AnyPacket.MaxLength];
        byte[] twice = new byte[AnyPacket.MaxLength];
        for (int bit = 0; bit < golden.Bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. golden.Bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            if (AnyPacket.Rewrite(flipped, golden.Version, golden.Sender, once, out int length) != PacketStatus.Ok)
                continue;
            Assert.Equal(PacketStatus.Ok, AnyPacket.Rewrite(once.AsSpan(0, length), golden.Version, golden.Sender, twice, out int again));
            Assert.Equal(once.AsSpan(0, length), twice.AsSpan(0, again));
        }
    }

    [Fact]
    public void Any_bytes_are_judged() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.Bool, Gen.Bool).Sample((bytes, isNew, isClient) =>
        {
            ProtocolVersion version = isNew ? ProtocolVersion.V5 : ProtocolVersion.V311;
            PacketStatus status = AnyPacket.Read(bytes, version, isClient ? PacketSender.Client : PacketSender.Server);
            Assert.True(Enum.IsDefined(status));
            Assert.True(Enum.IsDefined(status.ToReasonCode()));
        });

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_one_side_sends_a_packet_of_its_own(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        FixedHeader.TryRead(golden.Bytes, out FixedHeader header);
        Assert.True(header.MayComeFrom(golden.Sender, golden.Version));
        PacketSender other = golden.Sender == PacketSender.Client ? PacketSender.Server : PacketSender.Client;
        bool isShared = header.Type is PacketType.Publish or PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp
            || (golden.Version == ProtocolVersion.V5 && header.Type is PacketType.Disconnect or PacketType.Auth);
        Assert.Equal(isShared, header.MayComeFrom(other, golden.Version));
    }
}
