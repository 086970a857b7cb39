using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Tests;

public class StorageRegistrationTests
{
    [Fact]
    public async Task Kind_influx_brings_the_InfluxDB_store_with_its_options()
    {
        await using var services = Services(new()
        {
            ["SmartCity:Store:Kind"] = "influx",
            ["SmartCity:Store:Influx:Version"] = "v2",
            ["SmartCity:Store:Influx:Url"] = "http://store.example:8428/influx",
            ["SmartCity:Store:Influx:BatchLines"] = "7000",
        });
        Assert.Equal("InfluxDB at http://store.example:8428/influx", services.GetRequiredService<ITelemetryStore>().Description);
        var options = services.GetRequiredService<IOptions<InfluxOptions>>().Value;
        Assert.Equal((InfluxVersion.V2, 7000), (options.Version, options.BatchLines));
    }

    [Theory]
    [InlineData("SmartCity:Store:Influx:BatchLines", "0", "BatchLines")]
    [InlineData("SmartCity:Store:Influx:Url", "ftp://store", "Url must start with http")]
    [InlineData("SmartCity:Store:Influx:Url", "http://smart:secret@store", "must not hold the password")]
    [InlineData("SmartCity:Store:Influx:Url", "store:8086", "Url must start with http")]
    public async Task A_wrong_option_is_named(string key, string value, string expected)
    {
        await using var services = Services(new() { ["SmartCity:Store:Kind"] = "influx", [key] = value });
        var failure = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<InfluxOptions>>().Value);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(Packs.Catalog);
        services.AddStorage(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), Path.GetTempPath());
        return services.BuildServiceProvider();
    }
}
