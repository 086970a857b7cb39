namespace SmartCityIoT.Mqtt.Tests;

/// <summary>A packet written by hand from the text of the standard.</summary>
internal sealed record GoldenPacket(string Name, ProtocolVersion Version, PacketSender Sender, byte[] Bytes)
{
    public static IReadOnlyList<GoldenPacket> All { get; } =
    [
        // header · "MQTT" 4 · flags · keep alive 60 · "ab" · will "w/t" 00 01 · "u" · "pw"
        V311("connect with all", PacketSender.Client, "10 1E  00 04 4D 51 54 54 04 EE 00 3C  00 02 61 62  00 03 77 2F 74  00 02 00 01  00 01 75  00 02 70 77"),
        V311("connect without identifier", PacketSender.Client, "10 0C  00 04 4D 51 54 54 04 02 00 00  00 00"),

        // session expiry 3,600 · receive maximum 1,000 · maximum packet size 65,536
        V5("connect", PacketSender.Client, "10 21  00 04 4D 51 54 54 05 C2 00 1E  0D 11 00 00 0E 10 21 03 E8 27 00 01 00 00  00 01 61  00 01 75  00 01 70"),

        // will delay 5 · payload format 1 · user property k=v
        V5("connect with will", PacketSender.Client, "10 21  00 04 4D 51 54 54 05 16 00 00  00  00 00  0E 18 00 00 00 05 01 01 26 00 01 6B 00 01 76  00 01 74  00 00"),
        V5("connect with password alone", PacketSender.Client, "10 11  00 04 4D 51 54 54 05 42 00 00  00  00 01 61  00 01 70"),
        V311("connack with session", PacketSender.Server, "20 02 01 00"),
        V311("connack that refuses", PacketSender.Server, "20 02 00 05"),

        // receive maximum 20 · maximum packet size 65,536 · keep alive 60 · identifier "id" · maximum QoS 1 · aliases 10 · reason "ok"
        V5("connack with all", PacketSender.Server, "20 1D 01 00  1A 21 00 14 27 00 01 00 00 13 00 3C 12 00 02 69 64 24 01 22 00 0A 1F 00 02 6F 6B"),
        V5("connack that refuses", PacketSender.Server, "20 03 00 87 00"),
        V311("publish QoS 0", PacketSender.Client, "30 05  00 01 61  FF 00"),
        V311("publish QoS 1, nothing in it", PacketSender.Client, "32 07  00 03 61 2F 62  12 34"),
        V311("publish QoS 2, again, retained", PacketSender.Client, "3D 06  00 01 61  00 01  7A"),
        V5("publish QoS 1", PacketSender.Client, "32 07  00 01 61  00 07  00  7A"),
        V5("publish with alias", PacketSender.Client, "32 09  00 00  00 01  03 23 00 05  7A"),

        // payload format · expiry 60 · content type · response topic · correlation data · subscription identifiers 1 and 128 · empty user property
        V5("publish with all", PacketSender.Server, "30 23  00 01 61  1E 01 01 02 00 00 00 3C 03 00 01 63 08 00 01 72 09 00 02 00 FF 0B 01 0B 80 01 26 00 00 00 00  7A"),
        V311("puback", PacketSender.Client, "40 02 00 01"),
        V5("puback with code", PacketSender.Client, "40 03 00 01 10"),
        V5("puback with reason", PacketSender.Server, "40 08 00 01 87 04 1F 00 01 6E"),
        V311("pubrec", PacketSender.Client, "50 02 00 01"),
        V5("pubrec with code", PacketSender.Server, "50 03 00 01 97"),
        V311("pubrel", PacketSender.Client, "62 02 00 01"),
        V5("pubrel with code", PacketSender.Server, "62 03 00 01 92"),
        V311("pubcomp", PacketSender.Client, "70 02 00 01"),
        V5("pubcomp with code", PacketSender.Client, "70 03 00 01 92"),
        V311("subscribe", PacketSender.Client, "82 0A 00 01  00 01 61 01  00 01 23 00"),

        // subscription identifier 5 · "a/+", retain handling 2, as published, no local, QoS 1
        V5("subscribe", PacketSender.Client, "82 0B 00 0A  02 0B 05  00 03 61 2F 2B 2D"),
        V5("subscribe to a share", PacketSender.Client, "82 10 00 01  00  00 0A 24 73 68 61 72 65 2F 67 2F 61 02"),
        V311("suback", PacketSender.Server, "90 04 00 01 01 80"),
        V5("suback", PacketSender.Server, "90 05 00 01 00 02 8F"),
        V311("unsubscribe", PacketSender.Client, "A2 05 00 01  00 01 61"),
        V5("unsubscribe", PacketSender.Client, "A2 06 00 01  00  00 01 61"),
        V311("unsuback", PacketSender.Server, "B0 02 00 01"),
        V5("unsuback", PacketSender.Server, "B0 05 00 01 00 00 11"),
        V311("pingreq", PacketSender.Client, "C0 00"),
        V311("pingresp", PacketSender.Server, "D0 00"),
        V311("disconnect", PacketSender.Client, "E0 00"),
        V5("disconnect with will", PacketSender.Client, "E0 01 04"),
        V5("disconnect with session expiry", PacketSender.Client, "E0 07 00 05 11 00 00 00 00"),
        V5("disconnect of the server", PacketSender.Server, "E0 06 8B 04 1F 00 01 62"),
        V5("auth", PacketSender.Client, "F0 0A 18 08 15 00 01 6D 16 00 01 00"),
        V5("auth of the server", PacketSender.Server, "F0 06 18 04 15 00 01 6D"),
        V5("auth that succeeds", PacketSender.Server, "F0 00"),
    ];

    public static TheoryData<string> Names => [.. All.Select(golden => golden.Name + "|" + golden.Version)];

    public static GoldenPacket Of(string name, ProtocolVersion version) => All.Single(golden => golden.Name == name && golden.Version == version);

    public static GoldenPacket Of(string row) => Of(row.Split('|')[0], Enum.Parse<ProtocolVersion>(row.Split('|')[1]));

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static GoldenPacket V311(string name, PacketSender sender, string hex) => new(name, ProtocolVersion.V311, sender, Hex(hex));

    private static GoldenPacket V5(string name, PacketSender sender, string hex) => new(name, ProtocolVersion.V5, sender, Hex(hex));
}
