using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests.Deploy;

/// <summary>InfluxDB as deploy/ ships it, with its ports and paths moved, and the platform in front of it.</summary>
public sealed class ShippedInfluxTests
{
    private const ulong Meter = 0x70b3d57ed0001002;
    private const string MeterId = "70b3d57ed0001002";

    [Fact]
    public async Task The_platform_stores_to_an_influxd_with_the_shipped_configuration()
    {
        var program = ServerPrograms.Require("influxd", "apt-get install -y influxdb");
        using var folder = new TemporaryFolder();
        var url = new Uri($"http://127.0.0.1:{ServerProcess.FreePort()}/");
        var text = (await File.ReadAllTextAsync(Path.Combine(ServerProgram.Repository, "deploy", "influxdb", "influxdb.conf")))
            .Replace("127.0.0.1:8086", url.Authority, StringComparison.Ordinal)
            .Replace("127.0.0.1:8088", $"127.0.0.1:{ServerProcess.FreePort()}", StringComparison.Ordinal)
            .Replace("/var/lib/influxdb", folder.Combine("influxdb"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.Combine("influxdb.conf"), text);
        using var http = new HttpClient();
        await using var influx = await ServerProcess.StartAsync(
            program, ["run", "-config", folder.Combine("influxdb.conf")], () => ServerProcess.AnswersAsync(http, new Uri(url, "ping")));

        await using var platform = await PlatformProcess.ServeAsync(
            folder.Combine("data"), "--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Url", url.ToString());
        await using var device = new TestDevice(Meter, await platform.AddDeviceAsync(MeterId, "water"));
        await device.ConnectAsync(platform.MqttPort);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await device.PublishAsync(device.Frame(now, pressure: 3_000));
        await Eventually.EqualAsync(1, () => platform.BalanceAsync("stored"), "stored frames");
        var history = await platform.GetAsync($"/api/v1/devices/{MeterId}/history?field=pressure&from={now - 1000}&to={now + 1000}");
        Assert.Equal(300, Assert.Single(history.GetProperty("points").EnumerateArray()).GetProperty("mean").GetDouble());
    }
}
