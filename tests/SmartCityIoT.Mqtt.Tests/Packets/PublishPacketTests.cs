using CsCheck;
using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;
using SmartCityIoT.Mqtt.Writing;

namespace SmartCityIoT.Mqtt.Tests.Packets;

public sealed class PublishPacketTests
{
    [Fact]
    public void Every_part_is_a_view_over_the_packet()
    {
        GoldenPacket golden = GoldenPacket.Of("publish QoS 2, again, retained", ProtocolVersion.V311);
        PublishPacket packet = Read(golden);
        Assert.Equal("a"u8, packet.Topic);
        Assert.Equal("z"u8, packet.Payload);
        Assert.True(packet.Topic.Overlaps(golden.Bytes) && packet.Payload.Overlaps(golden.Bytes));
        Assert.Equal((2, 1, true, true), (packet.Qos, packet.PacketId, packet.IsDuplicate, packet.IsRetained));
        Assert.True(packet.Properties.IsEmpty);
    }

    [Fact]
    public void QoS_1_with_an_empty_payload()
    {
        PublishPacket packet = Read(GoldenPacket.Of("publish QoS 1, nothing in it", ProtocolVersion.V311));
        Assert.Equal("a/b"u8, packet.Topic);
        Assert.True(packet.Payload.IsEmpty);
        Assert.Equal((1, 0x1234, false, false), (packet.Qos, packet.PacketId, packet.IsDuplicate, packet.IsRetained));
    }

    [Fact]
    public void Alias_takes_the_topics_place()
    {
        PublishPacket packet = Read(GoldenPacket.Of("publish with alias", ProtocolVersion.V5));
        Assert.True(packet.Topic.IsEmpty);
        Assert.Equal(5, packet.TopicAlias);
        Assert.Equal("z"u8, packet.Payload);
    }

    [Fact]
    public void Properties_are_walked_in_their_order()
    {
        PublishPacket packet = Read(GoldenPacket.Of("publish with all", ProtocolVersion.V5));
        List<string> seen = [];
        foreach (Property property in packet.Properties)
            seen.Add($"{property.Id} {property.Number} {Convert.ToHexString(property.Value)}");
        Assert.Equal(
            [
                "PayloadFormatIndicator 1 ", "MessageExpiryInterval 60 ", "ContentType 0 63", "ResponseTopic 0 72", "CorrelationData 0 00FF",
                "SubscriptionIdentifier 1 ", "SubscriptionIdentifier 128 ", "UserProperty 0 ",
            ],
            seen);
        Assert.Equal("z"u8, packet.Payload);
    }

    /// <summary>MQTT 5 section 3.3.2.3.2: the payload must be UTF-8 where the indicator says so.</summary>
    [Theory]
    [InlineData("30 07 00 01 61 02 01 01 7A", PacketStatus.Ok)]
    [InlineData("30 07 00 01 61 02 01 01 FF", PacketStatus.PayloadFormatInvalid)]
    [InlineData("30 07 00 01 61 02 01 00 FF", PacketStatus.Ok)]
    [InlineData("30 05 00 01 61 00 FF", PacketStatus.Ok)]
    public void Payload_is_checked_when_asked(string hex, PacketStatus expected) =>
        Assert.Equal(expected, Read(new GoldenPacket("", ProtocolVersion.V5, PacketSender.Client, GoldenPacket.Hex(hex))).CheckPayloadFormat());

    /// <summary>A header that no reader makes: the flags are judged again.</summary>
    [Fact]
    public void Flags_are_legal_as_the_standard_says()
    {
        byte[] body = [0, 1, (byte)'a', 0, 1];
        for (int flags = 0; flags < 16; flags++)
        {
            bool isLegal = flags is not (6 or 7 or 8 or 9 or 14 or 15);
            FixedHeader header = new(PacketType.Publish, (byte)flags, body.Length, 2);
            Assert.Equal(isLegal ? PacketStatus.Ok : PacketStatus.Malformed, PublishPacket.TryRead(header, body, ProtocolVersion.V311, out _));
        }
    }

    [Fact]
    public void What_is_written_is_read() =>
        Gen.Select(
            Gen.Char['a', 'z'].Array[1, 300].Select(letters => System.Text.Encoding.ASCII.GetBytes(letters)),
            Gen.Byte.Array[0, 20_000],
            Gen.Select(Gen.Byte[0, 2], Gen.Bool, Gen.Bool),
            Gen.UShort[1, ushort.MaxValue],
            Gen.Select(Gen.Bool, Gen.UInt, Gen.Byte.Array[0, 100])).Sample((topic, payload, flags, packetId, rest) =>
        {
            (byte qos, bool isDuplicate, bool isRetained) = flags;
            (bool isNew, uint expiry, byte[] correlation) = rest;
            ProtocolVersion version = isNew ? ProtocolVersion.V5 : ProtocolVersion.V311;
            PropertyWriter properties = new(stackalloc byte[128]);
            if (isNew)
            {
                Assert.True(properties.TryWrite(PropertyId.MessageExpiryInterval, expiry));
                Assert.True(properties.TryWrite(PropertyId.CorrelationData, correlation));
            }

            PublishPacket packet = new()
            {
                Topic = topic,
                Payload = payload,
                Qos = qos,
                PacketId = qos > 0 ? packetId : (ushort)0,
                IsDuplicate = isDuplicate && qos > 0,
                IsRetained = isRetained,
                Properties = properties.Section,
            };
            byte[] bytes = new byte[PublishWriter.Length(packet, version)];
            Assert.True(PublishWriter.TryWrite(packet, version, bytes, out int written));
            Assert.Equal(bytes.Length, written);
            GoldenPacket whole = new("", version, PacketSender.Server, bytes);
            PublishPacket read = Read(whole);
            Assert.Equal(topic, read.Topic);
            Assert.Equal(payload, read.Payload);
            Assert.Equal(packet.Flags, read.Flags);
            Assert.Equal(packet.PacketId, read.PacketId);
            Assert.Equal(properties.Section.Bytes, read.Properties.Bytes);
            if (isNew)
            {
                Assert.Equal(expiry, read.Properties.NumberOf(PropertyId.MessageExpiryInterval, 0));
                Assert.Equal(correlation, read.Properties.ValueOf(PropertyId.CorrelationData));
            }
        });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Identifier_and_QoS_go_together(byte qos, ushort packetId) =>
        Assert.Throws<ArgumentException>(
            () => PublishWriter.TryWrite(new PublishPacket { Topic = "a"u8, Qos = qos, PacketId = packetId }, ProtocolVersion.V5, new byte[20], out _));

    private static PublishPacket Read(GoldenPacket golden)
    {
        Assert.Equal(
            PacketStatus.Ok,
            PacketFramer.TryRead(golden.Bytes, golden.Version, golden.Bytes.Length, out FixedHeader header, out ReadOnlySpan<byte> body));
        Assert.Equal(PacketStatus.Ok, PublishPacket.TryRead(header, body, golden.Version, golden.Sender, out PublishPacket packet));
        return packet;
    }
}
