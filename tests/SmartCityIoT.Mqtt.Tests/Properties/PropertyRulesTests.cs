using SmartCityIoT.Mqtt.Properties;

namespace SmartCityIoT.Mqtt.Tests.Properties;

/// <summary>Table 2-4 of MQTT 5, copied by hand: which property stands where, and how it is encoded.</summary>
public sealed class PropertyRulesTests
{
    /// <summary>The bits after <see cref="PacketType"/>; 0 is the will.</summary>
    private static readonly (byte Id, string Sample, PacketType[] Places)[] Table =
    [
        (0x01, "01", [PacketType.Publish, Will]),
        (0x02, "00 00 00 00", [PacketType.Publish, Will]),
        (0x03, "00 01 61", [PacketType.Publish, Will]),
        (0x08, "00 01 61", [PacketType.Publish, Will]),
        (0x09, "00 01 00", [PacketType.Publish, Will]),
        (0x0B, "FF FF FF 7F", [PacketType.Publish, PacketType.Subscribe]),
        (0x11, "FF FF FF FF", [PacketType.Connect, PacketType.ConnAck, PacketType.Disconnect]),
        (0x12, "00 01 61", [PacketType.ConnAck]),
        (0x13, "00 00", [PacketType.ConnAck]),
        (0x15, "00 01 61", [PacketType.Connect, PacketType.ConnAck, PacketType.Auth]),
        (0x17, "00", [PacketType.Connect]),
        (0x18, "00 00 00 00", [Will]),
        (0x19, "01", [PacketType.Connect]),
        (0x1A, "00 01 61", [PacketType.ConnAck]),
        (0x1C, "00 01 61", [PacketType.ConnAck, PacketType.Disconnect]),
        (0x1F, "00 01 61", [PacketType.ConnAck, PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp, PacketType.SubAck,
            PacketType.UnsubAck, PacketType.Disconnect, PacketType.Auth]),
        (0x21, "00 01", [PacketType.Connect, PacketType.ConnAck]),
        (0x22, "00 00", [PacketType.Connect, PacketType.ConnAck]),
        (0x23, "00 01", [PacketType.Publish]),
        (0x24, "01", [PacketType.ConnAck]),
        (0x25, "00", [PacketType.ConnAck]),
        (0x26, "00 01 61 00 00", [PacketType.Connect, PacketType.ConnAck, PacketType.Publish, Will, PacketType.PubAck, PacketType.PubRec,
            PacketType.PubRel, PacketType.PubComp, PacketType.Subscribe, PacketType.SubAck, PacketType.Unsubscribe, PacketType.UnsubAck,
            PacketType.Disconnect, PacketType.Auth]),
        (0x27, "00 00 00 01", [PacketType.Connect, PacketType.ConnAck]),
        (0x28, "00", [PacketType.ConnAck]),
        (0x29, "00", [PacketType.ConnAck]),
        (0x2A, "00", [PacketType.ConnAck]),
    ];

    private const PacketType Will = PacketType.Reserved;

    private static readonly PacketType[] Places =
    [
        Will, PacketType.Connect, PacketType.ConnAck, PacketType.Publish, PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp,
        PacketType.Subscribe, PacketType.SubAck, PacketType.Unsubscribe, PacketType.UnsubAck, PacketType.Disconnect, PacketType.Auth,
    ];

    [Fact]
    public void Each_property_stands_where_the_table_says_and_nowhere_else()
    {
        foreach ((byte id, string sample, PacketType[] places) in Table)
        {
            byte[] property = [id, .. GoldenPacket.Hex(sample)];
            foreach (PacketType place in Places)
            {
                PacketStatus expected = places.Contains(place) ? PacketStatus.Ok : PacketStatus.Malformed;
                Assert.True(Check(property, place) == expected, $"{id:X2} in {place}");
            }
        }
    }

    /// <summary>Section 2.2.2.2: authentication data is the one that needs another beside it.</summary>
    [Fact]
    public void Authentication_data_stands_beside_its_method()
    {
        byte[] alone = GoldenPacket.Hex("16 00 01 00");
        byte[] beside = [.. GoldenPacket.Hex("15 00 01 61"), .. alone];
        foreach (PacketType place in Places)
        {
            bool isLegal = place is PacketType.Connect or PacketType.ConnAck or PacketType.Auth;
            Assert.Equal(isLegal ? PacketStatus.ProtocolError : PacketStatus.Malformed, Check(alone, place));
            Assert.Equal(isLegal ? PacketStatus.Ok : PacketStatus.Malformed, Check(beside, place));
        }
    }

    [Fact]
    public void Identifiers_outside_the_table_do_not_exist()
    {
        HashSet<int> known = [.. Table.Select(row => (int)row.Id), 0x16];
        for (int id = 0; id < 256; id++)
        {
            if (!known.Contains(id))
                Assert.All(Places, place => Assert.Equal(PacketStatus.Malformed, Check([(byte)id, 1, 0, 0, 0, 0, 0, 0], place)));
        }

        Assert.Equal(known.Order(), Enum.GetValues<PropertyId>().Select(id => (int)id).Order());
    }

    [Fact]
    public void Every_cut_of_a_property_is_malformed()
    {
        foreach ((byte id, string sample, PacketType[] places) in Table)
        {
            byte[] property = [id, .. GoldenPacket.Hex(sample)];
            for (int cut = 1; cut < property.Length; cut++)
                Assert.True(Check(property[..cut], places[0]) == PacketStatus.Malformed, $"{id:X2} cut to {cut}");
        }
    }

    [Fact]
    public void Twice_is_a_protocol_error_but_for_two()
    {
        foreach ((byte id, string sample, PacketType[] places) in Table)
        {
            byte[] property = [id, .. GoldenPacket.Hex(sample)];
            foreach (PacketType place in places)
            {
                bool mayRepeat = id == 0x26 || (id == 0x0B && place == PacketType.Publish);
                Assert.True(Check([.. property, .. property], place) == (mayRepeat ? PacketStatus.Ok : PacketStatus.ProtocolError), $"{id:X2} in {place}");
            }
        }
    }

    [Theory]
    [InlineData("01 02")]
    [InlineData("17 02")]
    [InlineData("19 02")]
    [InlineData("24 02")]
    [InlineData("25 02")]
    [InlineData("28 02")]
    [InlineData("29 02")]
    [InlineData("2A 02")]
    [InlineData("21 00 00")]
    [InlineData("27 00 00 00 00")]
    [InlineData("0B 00")]
    public void Values_out_of_range_are_protocol_errors(string property)
    {
        byte[] bytes = GoldenPacket.Hex(property);
        PacketType place = Table.Single(row => row.Id == bytes[0]).Places[0];
        Assert.Equal(PacketStatus.ProtocolError, Check(bytes, place));
    }

    private static PacketStatus Check(byte[] properties, PacketType place) => PropertyRules.Check(properties, (PropertyScope)(1 << (int)place), out _);
}
