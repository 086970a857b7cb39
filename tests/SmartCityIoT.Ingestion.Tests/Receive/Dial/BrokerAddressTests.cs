using SmartCityIoT.Ingestion.Receive.Dial;

namespace SmartCityIoT.Ingestion.Tests.Receive.Dial;

public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("broker", "broker:1883")]
    [InlineData("broker-1, broker-2:1884", "broker-1:1883 broker-2:1884")]
    [InlineData("10.0.0.7:2000", "10.0.0.7:2000")]
    [InlineData("::1", "[::1]:1883")]
    [InlineData("[::1]", "[::1]:1883")]
    [InlineData("[fe80::2]:99", "[fe80::2]:99")]
    public void Lists_are_read(string? host, string expected) =>
        Assert.Equal(expected, string.Join(' ', BrokerAddress.ParseList(new BrokerOptions { Host = host })!));

    [Theory]
    [InlineData("broker:0")]
    [InlineData("broker:65536")]
    [InlineData("broker:mqtt")]
    [InlineData("broker, :1883")]
    public void What_is_no_list_is_none(string host) => Assert.Null(BrokerAddress.ParseList(new BrokerOptions { Host = host }));

    [Fact]
    public void The_port_is_that_of_the_options_or_of_the_protocol()
    {
        Assert.Equal(8883, BrokerAddress.ParseList(new BrokerOptions { Host = "b", UseTls = true })![0].Port);
        Assert.Equal(77, BrokerAddress.ParseList(new BrokerOptions { Host = "b", UseTls = true, Port = 77 })![0].Port);
    }
}
