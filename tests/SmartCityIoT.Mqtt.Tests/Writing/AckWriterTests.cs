using CsCheck;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Mqtt.Tests.Writing;

public sealed class AckWriterTests
{
    [Fact]
    public void A_batch_stands_in_the_order_of_its_identifiers()
    {
        byte[] destination = new byte[14];
        Assert.Equal(12, PubAckWriter.Write([1, 0x1234, 0xFFFF], destination));
        Assert.Equal(GoldenPacket.Hex("40 02 00 01  40 02 12 34  40 02 FF FF  00 00"), destination);
    }

    [Theory]
    [InlineData(PacketType.PubAck, "40 02 00 07")]
    [InlineData(PacketType.PubRec, "50 02 00 07")]
    [InlineData(PacketType.PubRel, "62 02 00 07")]
    [InlineData(PacketType.PubComp, "70 02 00 07")]
    public void Each_of_the_four_has_its_first_byte(PacketType type, string expected)
    {
        byte[] destination = new byte[AckWriter.ShortestLength];
        AckWriter.Write(type, [7], destination);
        Assert.Equal(GoldenPacket.Hex(expected), destination);
    }

    [Fact]
    public void A_batch_is_what_one_after_the_other_is() =>
        Gen.UShort[1, ushort.MaxValue].Array[0, 40].Sample(packetIds =>
        {
            byte[] batch = new byte[packetIds.Length * PubAckWriter.Length];
            Assert.Equal(batch.Length, PubAckWriter.Write(packetIds, batch));
            ReadOnlySpan<byte> rest = batch;
            foreach (ushort packetId in packetIds)
            {
                Assert.Equal(PacketStatus.Ok, PacketFramer.TryRead(rest, ProtocolVersion.V5, 4, out FixedHeader header, out ReadOnlySpan<byte> body));
                Assert.Equal(PacketStatus.Ok, AckPacket.TryRead(header, body, ProtocolVersion.V5, out AckPacket packet));
                Assert.Equal((PacketType.PubAck, packetId, ReasonCode.Success), (packet.Type, packet.PacketId, packet.ReasonCode));
                rest = rest[header.PacketLength..];
            }
        });

    [Fact]
    public void A_batch_that_does_not_fit_is_not_begun()
    {
        byte[] destination = new byte[7];
        Assert.Throws<ArgumentException>(() => PubAckWriter.Write([1, 2], destination));
        Assert.All(destination, value => Assert.Equal(0, value));
    }

    /// <summary>A 3.1.1 acknowledgement cannot refuse: to write one would tell the client that its message is safe.</summary>
    [Fact]
    public void A_refusal_of_3_1_1_is_not_written() =>
        Assert.Throws<ArgumentException>(() => AckWriter.TryWrite(
            new AckPacket { Type = PacketType.PubAck, PacketId = 1, ReasonCode = ReasonCode.NotAuthorized }, ProtocolVersion.V311, new byte[8], out _));
}
