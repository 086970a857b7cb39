using SmartCityIoT.Mqtt.Packets;
using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Tests.Packets;

/// <summary>What the views of the packets that answer say of those written by hand.</summary>
public sealed class AnswerPacketTests
{
    [Fact]
    public void Connack_says_what_the_server_can()
    {
        Assert.Equal(PacketStatus.Ok, ConnAckPacket.TryRead(Body("connack with all", ProtocolVersion.V5), ProtocolVersion.V5, out ConnAckPacket packet));
        Assert.Equal((true, ReasonCode.Success), (packet.SessionPresent, packet.ReasonCode));
        Assert.Equal((20, 65_536u, 60, 1, 10), (packet.ReceiveMaximum, packet.MaximumPacketSize, packet.ServerKeepAlive, packet.MaximumQos, packet.TopicAliasMaximum));
        Assert.Equal("id"u8, packet.AssignedClientIdentifier);
        Assert.Equal("ok"u8, packet.ReasonString);
        Assert.Null(packet.SessionExpiry);
    }

    [Fact]
    public void Connack_without_a_word_means_the_defaults()
    {
        Assert.Equal(PacketStatus.Ok, ConnAckPacket.TryRead([0, 0], ProtocolVersion.V311, out ConnAckPacket packet));
        Assert.Equal((65_535, uint.MaxValue, -1, 2, 0), (packet.ReceiveMaximum, packet.MaximumPacketSize, packet.ServerKeepAlive, packet.MaximumQos, packet.TopicAliasMaximum));
        Assert.True(packet.IsRetainAvailable && packet.AreWildcardsAvailable && packet.AreSharedSubscriptionsAvailable && packet.AreSubscriptionIdentifiersAvailable);
    }

    /// <summary>MQTT 3.1.1 table 3.1.</summary>
    [Theory]
    [InlineData(0, ReasonCode.Success)]
    [InlineData(1, ReasonCode.UnsupportedProtocolVersion)]
    [InlineData(2, ReasonCode.ClientIdentifierNotValid)]
    [InlineData(3, ReasonCode.ServerUnavailable)]
    [InlineData(4, ReasonCode.BadUserNameOrPassword)]
    [InlineData(5, ReasonCode.NotAuthorized)]
    public void Return_codes_are_translated_both_ways(byte code, ReasonCode expected)
    {
        Assert.Equal(PacketStatus.Ok, ConnAckPacket.TryRead([0, code], ProtocolVersion.V311, out ConnAckPacket packet));
        Assert.Equal(expected, packet.ReasonCode);
        Assert.Equal(code, (byte)expected.ToReturnCode());
    }

    [Fact]
    public void A_server_of_3_1_1_alone_refuses_5_in_its_own_form()
    {
        Assert.Equal(PacketStatus.Ok, ConnAckPacket.TryRead([0, 1], ProtocolVersion.V5, out ConnAckPacket packet));
        Assert.Equal(ReasonCode.UnsupportedProtocolVersion, packet.ReasonCode);
    }

    [Fact]
    public void Ack_says_why()
    {
        byte[] bytes = GoldenPacket.Of("puback with reason", ProtocolVersion.V5).Bytes;
        FixedHeader.TryRead(bytes, out FixedHeader header);
        Assert.Equal(PacketStatus.Ok, AckPacket.TryRead(header, bytes.AsSpan(2), ProtocolVersion.V5, out AckPacket packet));
        Assert.Equal((PacketType.PubAck, 1, ReasonCode.NotAuthorized), (packet.Type, packet.PacketId, packet.ReasonCode));
        Assert.Equal("n"u8, packet.Properties.ValueOf(PropertyId.ReasonString));
    }

    [Fact]
    public void Suback_has_a_code_for_each_filter()
    {
        Assert.Equal(PacketStatus.Ok, SubAckPacket.TryRead(Body("suback", ProtocolVersion.V5), ProtocolVersion.V5, out SubAckPacket packet));
        Assert.Equal(1, packet.PacketId);
        Assert.Equal([ReasonCode.GrantedQos2, ReasonCode.TopicFilterInvalid], packet.ReasonCodes.ToArray());
    }

    [Fact]
    public void Unsuback_has_a_code_for_each_filter()
    {
        Assert.Equal(PacketStatus.Ok, UnsubAckPacket.TryRead(Body("unsuback", ProtocolVersion.V5), ProtocolVersion.V5, out UnsubAckPacket packet));
        Assert.Equal([ReasonCode.Success, ReasonCode.NoSubscriptionExisted], packet.ReasonCodes.ToArray());
    }

    [Fact]
    public void Disconnect_says_why()
    {
        ReadOnlySpan<byte> body = Body("disconnect of the server", ProtocolVersion.V5);
        Assert.Equal(PacketStatus.Ok, DisconnectPacket.TryRead(body, ProtocolVersion.V5, PacketSender.Server, out DisconnectPacket packet));
        Assert.Equal(ReasonCode.ServerShuttingDown, packet.ReasonCode);
        Assert.Equal("b"u8, packet.ReasonString);
    }

    [Fact]
    public void Disconnect_may_end_the_session()
    {
        ReadOnlySpan<byte> body = Body("disconnect with session expiry", ProtocolVersion.V5);
        Assert.Equal(PacketStatus.Ok, DisconnectPacket.TryRead(body, ProtocolVersion.V5, PacketSender.Client, out DisconnectPacket packet));
        Assert.Equal((ReasonCode.Success, 0u), (packet.ReasonCode, packet.SessionExpiry));
    }

    [Fact]
    public void Auth_has_method_and_data()
    {
        Assert.Equal(PacketStatus.Ok, AuthPacket.TryRead(Body("auth", ProtocolVersion.V5), PacketSender.Client, out AuthPacket packet));
        Assert.Equal(ReasonCode.ContinueAuthentication, packet.ReasonCode);
        Assert.Equal("m"u8, packet.Method);
        Assert.Equal([0], packet.Data.ToArray());
    }

    private static ReadOnlySpan<byte> Body(string name, ProtocolVersion version) => GoldenPacket.Of(name, version).Bytes.AsSpan(2);
}
