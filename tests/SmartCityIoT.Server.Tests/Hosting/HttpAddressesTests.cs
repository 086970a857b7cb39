using Microsoft.Extensions.Configuration;
using SmartCityIoT.Server.Hosting;

namespace SmartCityIoT.Server.Tests.Hosting;

public class HttpAddressesTests
{
    [Fact]
    public void Without_a_word_HTTP_stays_on_this_machine() => Assert.Equal(["http://127.0.0.1:5080"], HttpAddresses.Of(Configuration()));

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://localhost:8080")]
    [InlineData("http://LOCALHOST:8080")]
    [InlineData("http://[::1]:8080")]
    [InlineData("http://127.1.2.3:80; https://localhost:8443")]
    public void This_machine_is_allowed(string urls) =>
        Assert.Equal(urls.Split(';', StringSplitOptions.TrimEntries), HttpAddresses.Of(Configuration(("urls", urls))));

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://192.168.1.20:8080")]
    [InlineData("http://localhost.example:8080")]
    [InlineData("http://127.0.0.1.nip.io:8080")]
    [InlineData("http://127.0.0.1:8080;http://0.0.0.0:8081")]
    [InlineData("http://unix:/tmp/smartcity.sock")]
    public void Beyond_this_machine_is_refused(string urls)
    {
        var problem = Assert.Throws<StartupException>(() => HttpAddresses.Of(Configuration(("urls", urls))));
        Assert.Contains("until people can sign in", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void An_endpoint_of_the_configuration_file_is_held_to_the_same()
    {
        Assert.Throws<StartupException>(() => HttpAddresses.Of(Configuration(("Kestrel:Endpoints:Open:Url", "http://*:80"))));
        HttpAddresses.Of(Configuration(("Kestrel:Endpoints:Home:Url", "http://127.0.0.1:80")));
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("localhost:8080")]
    public void What_is_no_address_is_named(string urls)
    {
        var problem = Assert.Throws<StartupException>(() => HttpAddresses.Of(Configuration(("urls", urls))));
        Assert.Contains($"\"{urls}\"", problem.Message, StringComparison.Ordinal);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build();
}
