using System.Text;
using SmartCityIoT.Mqtt.Topics;

namespace SmartCityIoT.Mqtt.Tests.Topics;

public sealed class TopicFilterTests
{
    /// <summary>The examples of sections 4.7.1.2, 4.7.1.3 and 4.7.3.</summary>
    [Theory]
    [InlineData("sport/tennis/player1/#")]
    [InlineData("sport/#")]
    [InlineData("#")]
    [InlineData("+")]
    [InlineData("+/tennis/#")]
    [InlineData("sport/+/player1")]
    [InlineData("sport/+")]
    [InlineData("+/+")]
    [InlineData("/+")]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("Accounts payable")]
    [InlineData("$SYS/#")]
    [InlineData("$share")]
    [InlineData("sc/v1/+/+/up/#")]
    public void Legal_in_both_versions(string filter)
    {
        Assert.Equal(PacketStatus.Ok, Check(filter, ProtocolVersion.V311));
        Assert.Equal(PacketStatus.Ok, Check(filter, ProtocolVersion.V5));
    }

    [Theory]
    [InlineData("")] // MQTT-4.7.3-1
    [InlineData("sport/tennis#")] // MQTT-4.7.1-1
    [InlineData("sport/tennis/#/ranking")]
    [InlineData("#/")]
    [InlineData("##")]
    [InlineData("sport+")] // MQTT-4.7.1-2
    [InlineData("+sport")]
    [InlineData("a/+b")]
    [InlineData("a/b+/c")]
    [InlineData("++")]
    [InlineData("+#")]
    [InlineData("+/#/+")]
    public void Illegal_in_both_versions(string filter)
    {
        Assert.Equal(PacketStatus.TopicFilterInvalid, Check(filter, ProtocolVersion.V311));
        Assert.Equal(PacketStatus.TopicFilterInvalid, Check(filter, ProtocolVersion.V5));
    }

    [Theory]
    [InlineData("$share/consumer1/sport/tennis/+", true)]
    [InlineData("$share/consumer2//finance", true)]
    [InlineData("$share/c/#", true)]
    [InlineData("$share/", false)] // MQTT-4.8.2-1
    [InlineData("$share//a", false)]
    [InlineData("$share/c", false)] // MQTT-4.8.2-2
    [InlineData("$share/c/", false)]
    [InlineData("$share/c+/a", false)]
    [InlineData("$share/#/a", false)]
    [InlineData("$share/c/a#", false)]
    public void Shares_of_MQTT_5(string filter, bool isLegal) =>
        Assert.Equal(isLegal ? PacketStatus.Ok : PacketStatus.TopicFilterInvalid, Check(filter, ProtocolVersion.V5));

    [Fact]
    public void A_share_is_parted_into_name_and_filter()
    {
        Assert.True(TopicFilter.TrySplitShare("$share/group/a/+"u8, out ReadOnlySpan<byte> share, out ReadOnlySpan<byte> levels));
        Assert.Equal("group"u8, share);
        Assert.Equal("a/+"u8, levels);
        Assert.False(TopicFilter.TrySplitShare("a/b"u8, out _, out _));
    }

    private static PacketStatus Check(string filter, ProtocolVersion version) => TopicFilter.Check(Encoding.UTF8.GetBytes(filter), version);
}
