using SmartCityIoT.Server.Hosting;

namespace SmartCityIoT.Server.Tests.Hosting;

public class ConfigurationArgumentsTests
{
    [Theory]
    [InlineData()]
    [InlineData("--urls", "http://127.0.0.1:0")]
    [InlineData("--SmartCity:DataDirectory=/tmp/a b", "--urls=http://127.0.0.1:0")]
    [InlineData("--a", "-1", "--b", "")]
    public void Keys_with_values_are_taken(params string[] args) => ConfigurationArguments.Check(args);

    [Theory]
    [InlineData("serv", "serv")]
    [InlineData("-p", "-p", "8080")]
    [InlineData("--", "--")]
    [InlineData("/urls", "/urls", "x")]
    [InlineData("extra", "--urls", "http://127.0.0.1:0", "extra")]
    [InlineData("--urls", "--urls")]
    [InlineData("--b", "--a=1", "--b")]
    public void A_mistyped_word_is_named(string named, params string[] args)
    {
        var problem = Assert.Throws<StartupException>(() => ConfigurationArguments.Check(args));
        Assert.Contains(named, problem.Message, StringComparison.Ordinal);
        Assert.Equal(problem.Message, StartupProblem.Describe(problem));
    }
}
