using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace SmartCityIoT.Mqtt.Tests;

/// <summary>Another codec says the same: MQTTnet reads what ours writes, and ours reads what MQTTnet writes.</summary>
public sealed class MqttNetAgreementTests
{
    private static readonly Dictionary<string, (MqttPacket Packet, PacketSender Sender)> Packets = new()
    {
        ["connect"] = (new MqttConnectPacket
        {
            ClientId = "client",
            Username = "user",
            Password = [1, 2, 3],
            KeepAlivePeriod = 30,
            CleanSession = true,
            SessionExpiryInterval = 60,
            ReceiveMaximum = 100,
            MaximumPacketSize = 5000,
            WillFlag = true,
            WillTopic = "will",
            WillMessage = [9],
            WillQoS = MqttQualityOfServiceLevel.AtLeastOnce,
            WillRetain = true,
            WillDelayInterval = 7,
        }, PacketSender.Client),
        ["connack"] = (new MqttConnAckPacket { IsSessionPresent = true, ReceiveMaximum = 9, ServerKeepAlive = 20, ReasonString = "ok" }, PacketSender.Server),
        ["publish QoS 0"] = (new MqttPublishPacket { Topic = "a/b", PayloadSegment = new byte[300], Retain = true }, PacketSender.Client),
        ["publish QoS 1"] = (new MqttPublishPacket
        {
            Topic = "Đường/Lê Lợi",
            PacketIdentifier = 513,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Dup = true,
            PayloadSegment = new byte[] { 1, 2 },
            ContentType = "x",
            ResponseTopic = "r",
            CorrelationData = [3],
            MessageExpiryInterval = 5,
        }, PacketSender.Client),
        ["puback"] = (new MqttPubAckPacket { PacketIdentifier = 7 }, PacketSender.Client),
        ["pubrec"] = (new MqttPubRecPacket { PacketIdentifier = 7 }, PacketSender.Client),
        ["pubrel"] = (new MqttPubRelPacket { PacketIdentifier = 7 }, PacketSender.Client),
        ["pubcomp"] = (new MqttPubCompPacket { PacketIdentifier = 7 }, PacketSender.Client),
        ["subscribe"] = (new MqttSubscribePacket
        {
            PacketIdentifier = 8,
            SubscriptionIdentifier = 200,
            TopicFilters =
            [
                new MqttTopicFilter { Topic = "sc/v1/+/+/up/#", QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce, NoLocal = true },
                new MqttTopicFilter { Topic = "#", RetainHandling = MqttRetainHandling.DoNotSendOnSubscribe },
            ],
        }, PacketSender.Client),
        ["suback"] = (new MqttSubAckPacket { PacketIdentifier = 8, ReasonCodes = [MqttSubscribeReasonCode.GrantedQoS1, MqttSubscribeReasonCode.UnspecifiedError] }, PacketSender.Server),
        ["unsubscribe"] = (new MqttUnsubscribePacket { PacketIdentifier = 9, TopicFilters = ["a", "b/#"] }, PacketSender.Client),
        ["unsuback"] = (new MqttUnsubAckPacket { PacketIdentifier = 9, ReasonCodes = [MqttUnsubscribeReasonCode.Success] }, PacketSender.Server),
        ["pingreq"] = (MqttPingReqPacket.Instance, PacketSender.Client),
        ["pingresp"] = (MqttPingRespPacket.Instance, PacketSender.Server),
        ["disconnect"] = (new MqttDisconnectPacket { ReasonCode = MqttDisconnectReasonCode.NormalDisconnection }, PacketSender.Client),
    };

    public static TheoryData<string, MqttProtocolVersion> Cases
    {
        get
        {
            TheoryData<string, MqttProtocolVersion> cases = [];
            foreach (string name in Packets.Keys)
            {
                cases.Add(name, MqttProtocolVersion.V311);
                cases.Add(name, MqttProtocolVersion.V500);
            }

            return cases;
        }
    }

    public static TheoryData<string> Golden => GoldenPacket.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_MQTTnet_writes_is_read_and_written_again(string name, MqttProtocolVersion version)
    {
        (MqttPacket packet, PacketSender sender) = Packets[name];
        byte[] theirs = Formatter(version).Encode(packet).ToArray();
        byte[] ours = new byte[theirs.Length];
        ProtocolVersion protocol = version == MqttProtocolVersion.V500 ? ProtocolVersion.V5 : ProtocolVersion.V311;
        Assert.Equal(PacketStatus.Ok, AnyPacket.Rewrite(theirs, protocol, sender, ours, out int written));

        // Ours may be the shorter form of an acknowledgement; read by MQTTnet it is the same packet.
        Assert.Equal(Convert.ToHexString(theirs), Convert.ToHexString(Formatter(version).Encode(Decode(ours.AsSpan(0, written), version)).ToArray()));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void What_was_written_by_hand_MQTTnet_reads(string name)
    {
        GoldenPacket golden = GoldenPacket.Of(name);
        MqttPacket packet = Decode(golden.Bytes, golden.Version == ProtocolVersion.V5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311);
        Assert.Equal(((PacketType)(golden.Bytes[0] >> 4)).ToString(), packet.GetType().Name["Mqtt".Length..^"Packet".Length], ignoreCase: true);
        if (packet is MqttPublishPacket publish)
            Assert.True(golden.Bytes.AsSpan().EndsWith(publish.Payload.FirstSpan));
    }

    private static MqttPacket Decode(ReadOnlySpan<byte> bytes, MqttProtocolVersion version)
    {
        FixedHeader.TryRead(bytes, out FixedHeader header);
        byte[] body = bytes[header.HeaderLength..].ToArray();
        return Formatter(version).Decode(new ReceivedMqttPacket(bytes[0], new ArraySegment<byte>(body), bytes.Length));
    }

    private static IMqttPacketFormatter Formatter(MqttProtocolVersion version) =>
        MqttPacketFormatterAdapter.GetMqttPacketFormatter(version, new MqttBufferWriter(4096, 65_535));
}
