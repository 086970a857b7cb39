namespace SmartCityIoT.Mqtt.Tests;

/// <summary>What the standards forbid, one packet for each statement, named by its number or its section.</summary>
public sealed class StatementTests
{
    [Theory]

    // Fixed header and data representation.
    [InlineData("MQTT-1.5.5-1", "E0 80 00", PacketStatus.Malformed)]
    [InlineData("MQTT-2.1.3-1", "41 02 00 01", PacketStatus.Malformed)]
    [InlineData("MQTT-2.2.1-3: 0 is no packet identifier", "82 07 00 00 00 00 01 61 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-2.2.1-4: nor in PUBLISH", "32 06 00 01 61 00 00 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-1.5.4-1: surrogate", "30 07 00 03 61 ED A0 00 00", PacketStatus.Malformed)]
    [InlineData("MQTT-1.5.4-1: overlong", "30 05 00 02 C0 AF 00", PacketStatus.Malformed)]
    [InlineData("MQTT-1.5.4-2", "30 05 00 02 61 00 00", PacketStatus.Malformed)]

    // CONNECT.
    [InlineData("MQTT-3.1.2-1", "10 0F 00 06 4D 51 49 73 64 70 03 02 00 3C 00 01 61", PacketStatus.UnsupportedProtocolVersion)]
    [InlineData("MQTT-3.1.2-2", "10 0E 00 04 4D 51 54 54 06 02 00 3C 00 00 01 61", PacketStatus.UnsupportedProtocolVersion)]
    [InlineData("MQTT-3.1.2-3", "10 0E 00 04 4D 51 54 54 05 03 00 3C 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-11", "10 0E 00 04 4D 51 54 54 05 0A 00 3C 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-12", "10 15 00 04 4D 51 54 54 05 1E 00 3C 00 00 01 61 00 00 01 74 00 01 70", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-13", "10 0E 00 04 4D 51 54 54 05 22 00 3C 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-9: no will topic", "10 0E 00 04 4D 51 54 54 05 06 00 3C 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-17", "10 0E 00 04 4D 51 54 54 05 82 00 3C 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-16: a user name without its flag", "10 11 00 04 4D 51 54 54 05 02 00 3C 00 00 01 61 00 01 75", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.2-19", "10 0E 00 04 4D 51 54 54 05 42 00 3C 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.3-3", "10 0B 00 04 4D 51 54 54 05 02 00 3C 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.3-4", "10 0E 00 04 4D 51 54 54 05 02 00 3C 00 00 01 FF", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.3-11", "10 15 00 04 4D 51 54 54 05 06 00 3C 00 00 01 61 00 00 01 FF 00 01 70", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.3-12", "10 11 00 04 4D 51 54 54 05 82 00 3C 00 00 01 61 00 01 FF", PacketStatus.Malformed)]
    [InlineData("MQTT-4.7.0-1: will topic", "10 15 00 04 4D 51 54 54 05 06 00 3C 00 00 01 61 00 00 01 23 00 01 70", PacketStatus.TopicNameInvalid)]
    [InlineData("3.1.2.11.3 receive maximum 0", "10 11 00 04 4D 51 54 54 05 02 00 3C 03 21 00 00 00 01 61", PacketStatus.ProtocolError)]
    [InlineData("3.1.2.11.4 maximum packet size 0", "10 13 00 04 4D 51 54 54 05 02 00 3C 05 27 00 00 00 00 00 01 61", PacketStatus.ProtocolError)]
    [InlineData("3.1.2.11.7 problem information 2", "10 10 00 04 4D 51 54 54 05 02 00 3C 02 17 02 00 01 61", PacketStatus.ProtocolError)]
    [InlineData("3.1.2.11.10 data without method", "10 12 00 04 4D 51 54 54 05 02 00 3C 04 16 00 01 00 00 01 61", PacketStatus.ProtocolError)]

    // PUBLISH.
    [InlineData("MQTT-3.3.1-2", "38 05 00 01 61 00 7A", PacketStatus.Malformed)]
    [InlineData("MQTT-3.3.1-4", "36 06 00 01 61 00 01 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.3.2-1", "30 03 00 02 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.3.2-2: +", "30 06 00 03 61 2F 2B 00", PacketStatus.TopicNameInvalid)]
    [InlineData("MQTT-3.3.2-2: #", "30 06 00 03 61 2F 23 00", PacketStatus.TopicNameInvalid)]
    [InlineData("MQTT-3.3.2-2: beside other letters", "30 06 00 03 C3 A9 23 00", PacketStatus.TopicNameInvalid)]
    [InlineData("3.3.2.1 neither topic nor alias", "30 03 00 00 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.3.2-8", "30 06 00 00 03 23 00 00", PacketStatus.TopicAliasInvalid)]
    [InlineData("MQTT-3.3.2-14", "30 08 00 01 61 04 08 00 01 2B", PacketStatus.TopicNameInvalid)]
    [InlineData("3.3.2.3.2 payload format 2", "30 06 00 01 61 02 01 02", PacketStatus.ProtocolError)]
    [InlineData("3.3.2.3.2 twice", "30 08 00 01 61 04 01 01 01 01", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.3.4-6", "30 06 00 01 61 02 0B 01", PacketStatus.ProtocolError)]
    [InlineData("3.3.2.3.8 subscription identifier 0", "30 06 00 01 61 02 0B 00", PacketStatus.ProtocolError)]
    [InlineData("2.2.2.2 of another packet", "30 09 00 01 61 05 11 00 00 00 00", PacketStatus.Malformed)]
    [InlineData("2.2.2.2 unknown", "30 06 00 01 61 02 7F 01", PacketStatus.Malformed)]
    [InlineData("2.2.2.1 longer than the packet", "30 06 00 01 61 09 01 01", PacketStatus.Malformed)]
    [InlineData("MQTT-2.2.2-1", "30 03 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-1.5.7-1", "30 0B 00 01 61 07 26 00 01 FF 00 01 76", PacketStatus.Malformed)]

    // Acknowledgements.
    [InlineData("MQTT-3.4.2-1", "40 03 00 01 92", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.5.2-1", "50 03 00 01 01", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.6.1-1", "60 02 00 01", PacketStatus.Malformed)]
    [InlineData("MQTT-3.6.2-1", "62 03 00 01 10", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.7.2-1", "70 03 00 01 87", PacketStatus.ProtocolError)]
    [InlineData("MQTT-2.2.1-5: none", "40 00", PacketStatus.Malformed)]

    // SUBSCRIBE and UNSUBSCRIBE.
    [InlineData("MQTT-3.8.1-1", "80 07 00 01 00 00 01 61 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.8.3-1", "82 07 00 01 00 00 01 FF 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.8.3-2", "82 03 00 01 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.8.3-4", "82 10 00 01 00 00 0A 24 73 68 61 72 65 2F 67 2F 61 04", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.8.3-5", "82 07 00 01 00 00 01 61 40", PacketStatus.Malformed)]
    [InlineData("3.8.3.1 QoS 3", "82 07 00 01 00 00 01 61 03", PacketStatus.ProtocolError)]
    [InlineData("3.8.3.1 retain handling 3", "82 07 00 01 00 00 01 61 30", PacketStatus.ProtocolError)]
    [InlineData("3.8.2.1.2 two subscription identifiers", "82 0B 00 01 04 0B 01 0B 02 00 01 61 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-4.7.1-1", "82 09 00 01 00 00 03 23 2F 61 00", PacketStatus.TopicFilterInvalid)]
    [InlineData("MQTT-4.7.3-1", "82 06 00 01 00 00 00 00", PacketStatus.TopicFilterInvalid)]
    [InlineData("MQTT-3.10.1-1", "A0 06 00 01 00 00 01 61", PacketStatus.Malformed)]
    [InlineData("MQTT-3.10.3-1", "A2 06 00 01 00 00 01 FF", PacketStatus.Malformed)]
    [InlineData("MQTT-3.10.3-2", "A2 03 00 01 00", PacketStatus.ProtocolError)]

    // The rest of what a client sends.
    [InlineData("3.12.1 PINGREQ with a body", "C0 01 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.14.1-1", "E1 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.14.2-1: the server's", "E0 01 8B", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.15.1-1", "F1 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.15.2-1", "F0 06 00 04 15 00 01 6D", PacketStatus.ProtocolError)]
    [InlineData("3.15.2.2.2 no method", "F0 02 18 00", PacketStatus.ProtocolError)]
    [InlineData("3.2 CONNACK is the server's", "20 03 00 00 00", PacketStatus.ProtocolError)]
    public void Mqtt_5_forbids_a_client(string statement, string packet, PacketStatus expected) =>
        Check(statement, packet, expected, ProtocolVersion.V5, PacketSender.Client);

    [Theory]
    [InlineData("MQTT-3.2.2-1", "20 03 02 00 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.2.2-6", "20 03 01 87 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.2.2-8", "20 03 00 8E 00", PacketStatus.ProtocolError)]
    [InlineData("3.2.2.3.3 receive maximum 0", "20 06 00 00 03 21 00 00", PacketStatus.ProtocolError)]
    [InlineData("3.2.2.3.4 maximum QoS 2", "20 05 00 00 02 24 02", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.9.3-2", "90 04 00 01 00 03", PacketStatus.ProtocolError)]
    [InlineData("3.9.3 no reason code", "90 03 00 01 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.11.3-2", "B0 04 00 01 00 01", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.14.2-1: the client's", "E0 01 04", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.14.2-2", "E0 07 00 05 11 00 00 00 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.15.2-1", "F0 06 19 04 15 00 01 6D", PacketStatus.ProtocolError)]
    [InlineData("3.13.1 PINGRESP with a body", "D0 01 00", PacketStatus.Malformed)]
    [InlineData("3.8 SUBSCRIBE is the client's", "82 07 00 01 00 00 01 61 00", PacketStatus.ProtocolError)]
    public void Mqtt_5_forbids_a_server(string statement, string packet, PacketStatus expected) =>
        Check(statement, packet, expected, ProtocolVersion.V5, PacketSender.Server);

    [Theory]
    [InlineData("MQTT-1.5.3-2", "30 04 00 02 61 00", PacketStatus.Malformed)]
    [InlineData("MQTT-2.3.1-1", "32 05 00 01 61 00 00", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3.1.2-22", "10 10 00 04 4D 51 54 54 04 42 00 3C 00 01 61 00 01 70", PacketStatus.Malformed)]
    [InlineData("MQTT-3.1.3-8", "10 0C 00 04 4D 51 54 54 04 00 00 3C 00 00", PacketStatus.ClientIdentifierNotValid)]
    [InlineData("MQTT-3.3.1-4", "36 05 00 01 61 00 01", PacketStatus.Malformed)]
    [InlineData("MQTT-3.3.2-2", "30 03 00 01 23", PacketStatus.TopicNameInvalid)]
    [InlineData("MQTT-4.7.3-1", "30 02 00 00", PacketStatus.TopicNameInvalid)]
    [InlineData("3.4.1 PUBACK of three bytes", "40 03 00 01 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.8.3-3", "82 02 00 01", PacketStatus.ProtocolError)]
    [InlineData("MQTT-3-8.3-4: reserved bits", "82 06 00 01 00 01 61 04", PacketStatus.Malformed)]
    [InlineData("MQTT-3-8.3-4: QoS 3", "82 06 00 01 00 01 61 03", PacketStatus.Malformed)]
    [InlineData("3.14 DISCONNECT with a body", "E0 01 00", PacketStatus.Malformed)]
    [InlineData("2.2.1 no AUTH", "F0 00", PacketStatus.ProtocolError)]
    public void Mqtt_3_1_1_forbids_a_client(string statement, string packet, PacketStatus expected) =>
        Check(statement, packet, expected, ProtocolVersion.V311, PacketSender.Client);

    [Theory]
    [InlineData("MQTT-3.2.2-4", "20 02 01 05", PacketStatus.ProtocolError)]
    [InlineData("3.2.2.3 return code 6", "20 02 00 06", PacketStatus.ProtocolError)]
    [InlineData("3.2 CONNACK of three bytes", "20 03 00 00 00", PacketStatus.Malformed)]
    [InlineData("MQTT-3.9.3-2", "90 03 00 01 03", PacketStatus.ProtocolError)]
    [InlineData("3.11 UNSUBACK with a code", "B0 03 00 01 00", PacketStatus.Malformed)]
    [InlineData("3.14 a server says nothing", "E0 00", PacketStatus.ProtocolError)]
    public void Mqtt_3_1_1_forbids_a_server(string statement, string packet, PacketStatus expected) =>
        Check(statement, packet, expected, ProtocolVersion.V311, PacketSender.Server);

    [Theory]
    [InlineData("2.2.3 a length may take more bytes than it needs", ProtocolVersion.V311, PacketSender.Client, "E0 80 00")]
    [InlineData("MQTT-4.8.2-1 is of MQTT 5", ProtocolVersion.V311, PacketSender.Client, "82 0C 00 01 00 07 24 73 68 61 72 65 2F 00")]
    [InlineData("MQTT-1.5.4-3: a byte order mark is a character", ProtocolVersion.V5, PacketSender.Client, "30 06 00 03 EF BB BF 00")]
    [InlineData("3.1.2.9 MQTT 5 has a password alone", ProtocolVersion.V5, PacketSender.Client, "10 11 00 04 4D 51 54 54 05 42 00 3C 00 00 01 61 00 01 70")]
    [InlineData("MQTT-3.1.2-2: a 3.1.1 server refuses MQTT 5", ProtocolVersion.V5, PacketSender.Server, "20 02 00 01")]
    [InlineData("3.3.2.3.8 a server names each subscription", ProtocolVersion.V5, PacketSender.Server, "30 08 00 01 61 04 0B 01 0B 01")]
    [InlineData("3.4.2.1 code without properties", ProtocolVersion.V5, PacketSender.Client, "40 03 00 01 00")]
    [InlineData("3.4.2.2 no properties", ProtocolVersion.V5, PacketSender.Client, "40 04 00 01 00 00")]
    public void The_standard_allows(string statement, ProtocolVersion version, PacketSender sender, string packet) =>
        Check(statement, packet, PacketStatus.Ok, version, sender);

    private static void Check(string statement, string packet, PacketStatus expected, ProtocolVersion version, PacketSender sender)
    {
        PacketStatus status = AnyPacket.Read(GoldenPacket.Hex(packet), version, sender);
        Assert.True(status == expected, $"{statement}: {status}");
    }
}
