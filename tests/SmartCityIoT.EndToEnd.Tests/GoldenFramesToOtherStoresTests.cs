using System.Globalization;
using System.Text.Json;
using SmartCityIoT.EndToEnd.Tests.Platform;
using SmartCityIoT.Testing.Servers;

namespace SmartCityIoT.EndToEnd.Tests;

/// <summary>The golden frames on InfluxDB's v2 write path, answered by VictoriaMetrics, and in the embedded store.</summary>
public sealed class GoldenFramesToOtherStoresTests
{
    /// <summary>VictoriaMetrics keeps doubles in a compressed form of about 12 significant digits.</summary>
    private const double VictoriaMetricsPrecision = 1e-11;

    /// <summary>VictoriaMetrics drops samples from more than two days ahead.</summary>
    private const long FarthestAheadMilliseconds = 2 * 24 * 3600 * 1000L;

    [Fact]
    public async Task Mosquitto_to_victoria_metrics_by_the_v2_path_holds_every_value()
    {
        await using var metrics = await VictoriaMetricsServer.StartAsync();
        await using var broker = await MosquittoServer.CreateAsync();
        using var folder = new TemporaryFolder();

        // A golden time further ahead than the server takes is replaced by the time of receipt: its values must still arrive.
        string[] time = ["--SmartCity:Time:MaxAge", "100000.00:00:00", "--SmartCity:Time:MaxAhead", "1.00:00:00"];
        await using var platform = await PlatformProcess.ServeAsync(
            folder.Path,
            [
                "--SmartCity:Store:Kind", "influx", "--SmartCity:Store:Influx:Version", "v2", "--SmartCity:Store:Influx:Url", metrics.Url.ToString(),
                .. GoldenFramesToInfluxTests.DialTo(broker), .. time,
            ]);
        await GoldenFramesToInfluxTests.ProvisionAndPublishAsync(platform, broker.Port);

        var ahead = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + FarthestAheadMilliseconds / 2;
        var checkedValues = 0;
        foreach (var device in GoldenFrames.Good.GroupBy(frame => GoldenFrames.Text(frame, "device")))
        {
            var expected = device.SelectMany(frame => Expected(frame, ahead)).ToList();

            // The server takes a moment to let what it has acknowledged be searched.
            await Eventually.IsAsync(
                async () => Missing(expected, await metrics.ExportAsync($"{{device=\"{device.Key}\"}}")),
                missing => missing.Length == 0,
                $"every value of {device.Key} in the store, missing");
            checkedValues += expected.Count;
        }

        Assert.True(checkedValues > 300, $"only {checkedValues} values were compared");
    }

    private static IEnumerable<ExpectedValue> Expected(JsonElement frame, long ahead) =>
        from sample in GoldenFrames.Samples(frame)
        let channel = sample.Raw.GetValueOrDefault("lane").ToString(CultureInfo.InvariantCulture)
        from field in sample.Values
        where field.Key != "lane"
        select new ExpectedValue($"{GoldenFrames.SectorName(frame)}_{field.Key}", channel, sample.Time > ahead ? null : sample.Time, field.Value);

    /// <summary>Those that no exported series holds, one a line.</summary>
    private static string Missing(List<ExpectedValue> expected, IReadOnlyList<JsonElement> exported)
    {
        var stored = exported.ToLookup(
            series => (series.GetProperty("metric").GetProperty("__name__").GetString(), series.GetProperty("metric").GetProperty("channel").GetString()),
            series => series.GetProperty("timestamps").EnumerateArray().Zip(series.GetProperty("values").EnumerateArray()));
        return string.Join('\n', expected.Where(value => !stored[(value.Name, value.Channel)]
            .SelectMany(points => points)
            .Any(point => (value.Time is null || point.First.GetInt64() == value.Time)
                && Math.Abs(point.Second.GetDouble() - value.Value) <= Math.Abs(value.Value) * VictoriaMetricsPrecision)));
    }

    /// <param name="Time">Unix milliseconds; null where the time of receipt stands in.</param>
    private sealed record ExpectedValue(string Name, string Channel, long? Time, double Value);

    [Fact]
    public async Task Mosquitto_to_the_embedded_store_holds_every_value_exactly()
    {
        await using var broker = await MosquittoServer.CreateAsync();
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.ServeAsync(folder.Path, [.. GoldenFramesToInfluxTests.DialTo(broker), .. GoldenFramesToInfluxTests.AnyTime]);
        await GoldenFramesToInfluxTests.ProvisionAndPublishAsync(platform, broker.Port);

        foreach (var frame in GoldenFrames.Good)
        {
            var device = GoldenFrames.Text(frame, "device");
            foreach (var sample in GoldenFrames.Samples(frame))
            {
                // A sample without a device time has the time of receipt, which is about now.
                var (from, to) = sample.Time is { } time ? (time, time + 1) : (DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds());
                foreach (var (field, value) in sample.Values.Where(value => value.Key != "lane"))
                {
                    var history = await platform.GetAsync($"/api/v1/devices/{device}/history?field={field}&channel={sample.Raw.GetValueOrDefault("lane")}&from={from}&to={to}&points=10000");
                    Assert.Equal(0, history.GetProperty("interval").GetInt64());
                    Assert.Contains(history.GetProperty("points").EnumerateArray(), point => point.GetProperty("mean").GetDouble() == value);
                }
            }
        }

        Assert.True((await platform.GetAsync("/api/v1/balance")).GetProperty("closes").GetBoolean());
    }
}
