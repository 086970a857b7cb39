using Microsoft.Extensions.Logging.Abstractions;
using SmartCityIoT.Benchmarks.Telemetry;
using SmartCityIoT.LoadTest;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Servers;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Benchmarks.Storage;

/// <summary>The same district in a real influxd of its own, and the question that has a bar there.</summary>
internal static class InfluxPart
{
    private const int FlushPoints = 20_000;
    private const double BarHour = 40;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync(StorageOptions options, CancellationToken cancellation)
    {
        await using var server = await InfluxdServer.StartAsync(cancellation).ConfigureAwait(false);
        var district = new StorageDistrict(options.InfluxReadings, options.Devices, options.Days);
        await using var store = new InfluxStore(new InfluxOptions { Url = server.Url }, SampleFrames.Catalog, TimeProvider.System, NullLogger<InfluxStore>.Instance);
        await store.OpenAsync(cancellation).ConfigureAwait(false);
        var rates = new List<double>();
        for (var run = 1; run <= options.Runs; run++)
        {
            var first = district.Appended;
            var end = (int)((long)district.Count * run / options.Runs);
            var from = TimeProvider.System.GetTimestamp();
            while (district.Appended < end)
            {
                district.Append(store, Math.Min(FlushPoints, end - district.Appended));
                var result = await store.FlushAsync(district.Appended, cancellation).ConfigureAwait(false);
                if (result.Refused.Count > 0) throw new LoadTestException("influxd refused a line: " + result.Refused[0].Reason);
            }

            rates.Add((end - first) / TimeProvider.System.GetElapsedTime(from).TotalSeconds);
            FigureTable.Progress(FormattableString.Invariant($"InfluxDB: {end:N0} of {district.Count:N0} readings, {rates[^1]:N0}/s"));
        }

        var questions = new StoreQuestions(store, district, options.Runs);
        return
        [
            new("InfluxDB: write", "readings/s", rates),
            await questions.HourAsync("InfluxDB: one hour of one device", BarHour, cancellation).ConfigureAwait(false),
        ];
    }
}
