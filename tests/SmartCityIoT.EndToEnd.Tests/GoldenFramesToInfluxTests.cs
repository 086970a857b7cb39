using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>Every golden frame through a real broker into a real store, and back out of it, value by value.</summary>
public sealed class GoldenFramesToInfluxTests
{
    /// <summary>The device-time window opened as wide as it goes, so that each golden sample keeps its own time.</summary>
    internal static readonly string[] AnyTime = ["--SmartCity:Time:MaxAge", "100000.00:00:00", "--SmartCity:Time:MaxAhead", "100000.00:00:00"];

    [Fact]
    public async Task Mosquitto_to_influxd_holds_every_value_exactly()
    {
        await using var influx = await InfluxdServer.StartAsync();
        await using var broker = await MosquittoServer.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            ["--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Url", influx.Url.ToString(), "--SmartCity:Store:Influx:Database", "golden", .. DialTo(broker), .. AnyTime]);
        await ProvisionAndPublishAsync(platform, broker.Port);

        foreach (var frame in GoldenFrames.Good)
        {
            var device = GoldenFrames.Text(frame, "device");
            foreach (var sample in GoldenFrames.Samples(frame))
            {
                var channel = sample.Raw.GetValueOrDefault("lane");
                var where = $"device='{device}' AND channel='{channel}' AND boot={frame.GetProperty("boot")} AND seq={frame.GetProperty("seq")} AND sample={sample.Index}";
                var answer = await influx.QueryAsync("golden", $"SELECT * FROM \"{GoldenFrames.SectorName(frame)}\" WHERE {where}");
                Assert.True(answer.TryGetProperty("series", out var series), $"{GoldenFrames.Text(frame, "id")} sample {sample.Index} is not in the store");
                var row = Row(series[0]);
                if (sample.Time is { } time) Assert.Equal(time * 1000, row["time"].GetInt64());
                Assert.Equal(frame.GetProperty("flags").GetInt32(), row["flags"].GetInt32());
                foreach (var (field, value) in sample.Values.Where(value => value.Key != "lane"))
                {
                    // Integer fields are compared as integers: a double cannot tell 2^63 − 1 from its neighbours.
                    if (row[field].TryGetInt64(out var whole) && value == Math.Floor(value) && whole == sample.Raw[field]) continue;
                    Assert.Equal(value, row[field].GetDouble());
                }
            }

            await EventsBootsAndAcknowledgementsAsync(influx, frame, device);
        }

        Assert.True((await platform.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
        Assert.Equal(0, await platform.StopAsync());
    }

    internal static string[] DialTo(MosquittoServer broker) =>
        ["--SmartCity:Mqtt:Broker:Host", "127.0.0.1", "--SmartCity:Mqtt:Broker:Port", broker.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>Creates the golden devices, publishes every frame, the bad ones included, and waits until the balance has all of them.</summary>
    internal static async Task ProvisionAndPublishAsync(PlatformProcess platform, int brokerPort)
    {
        foreach (var frames in GoldenFrames.Good.GroupBy(frame => GoldenFrames.Text(frame, "device")))
        {
            var sector = frames.Select(GoldenFrames.SectorName).First();
            await platform.AddDeviceAsync(frames.Key, sector, site: "site-" + frames.Key);
        }

        await Eventually.IsAsync(() => Task.FromResult(platform.Output), output => output.Contains("Subscribed at the broker", StringComparison.Ordinal), "the subscription");
        foreach (var frame in GoldenFrames.Good)
        {
            await MosquittoClients.PublishAsync(brokerPort, GoldenFrames.Topic(GoldenFrames.Text(frame, "device")), GoldenFrames.Bytes(frame));
        }

        const string badDevice = "70b3d57ed0001002";
        var bad = GoldenFrames.All.Where(frame => GoldenFrames.Text(frame, "expect") is not ("Ok" or "SchemaNewer")).ToList();
        foreach (var frame in bad) await MosquittoClients.PublishAsync(brokerPort, GoldenFrames.Topic(badDevice), GoldenFrames.Bytes(frame));

        await Eventually.EqualAsync(GoldenFrames.Good.Count, () => platform.BalanceAsync("stored"), "stored frames");
        await Eventually.EqualAsync(bad.Count, () => platform.BalanceAsync("deadLettered"), "dead letters");
    }

    private static async Task EventsBootsAndAcknowledgementsAsync(InfluxdServer influx, JsonElement frame, string device)
    {
        var (measurement, body) = GoldenFrames.Text(frame, "type") switch
        {
            "event" => ("device_event", frame.GetProperty("event")),
            "boot" => ("device_boot", frame.GetProperty("boot_body")),
            "command-ack" => ("device_ack", frame.GetProperty("ack")),
            _ => ("", default),
        };
        if (measurement.Length == 0) return;
        var answer = await influx.QueryAsync("golden", $"SELECT * FROM \"{measurement}\" WHERE device='{device}' AND boot={frame.GetProperty("boot")} AND seq={frame.GetProperty("seq")}");
        Assert.True(answer.TryGetProperty("series", out var series), $"{GoldenFrames.Text(frame, "id")} is not in {measurement}");
        var row = Row(series[0]);
        if (measurement == "device_event")
        {
            Assert.Equal(body.GetProperty("code").GetInt64(), row["code"].GetInt64());
            Assert.Equal(body.GetProperty("severity").GetInt64(), row["severity"].GetInt64());
            Assert.Equal(body.GetProperty("value").GetInt64(), row["value"].GetInt64());
            Assert.Equal(body.GetProperty("threshold").GetInt64(), row["threshold"].GetInt64());
        }
    }

    private static Dictionary<string, JsonElement> Row(JsonElement series) =>
        series.GetProperty("columns").EnumerateArray().Zip(series.GetProperty("values")[0].EnumerateArray())
            .Where(cell => cell.Second.ValueKind != JsonValueKind.Null)
            .ToDictionary(cell => cell.First.GetString()!, cell => cell.Second);
}
