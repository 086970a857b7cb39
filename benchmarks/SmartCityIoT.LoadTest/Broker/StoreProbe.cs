using System.Globalization;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Servers;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>
/// Asks the store again and again for the messages of a few devices, and takes down when each is first in an answer. A message's time is the moment at
/// which it was meant to leave, so that nothing that falls behind can hide it.
/// </summary>
internal sealed class StoreProbe(InfluxdServer influxd, string database, PublishingDistrict publishers, LoadDistrict district)
{
    private const int Devices = 4;

    /// <summary>Pause between two questions: an answer is up to this much later than it could be.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly LatencyHistogram latencies = new();
    private readonly Watched[] watched =
        [.. Enumerable.Range(0, Math.Min(Devices, district.Devices.Count)).Select(i => new Watched(district.Devices[i * district.Devices.Count / Devices].Id))];

    /// <summary>Latencies of the messages that were meant to leave from a time to another, Unix milliseconds, asked until the token ends it.</summary>
    public async Task<LatencyHistogram> RunAsync(long from, long to, CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await AskAsync(from, to, ending).ConfigureAwait(false);
                await Task.Delay(Pause, ending).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return latencies;
        }
    }

    private async Task AskAsync(long from, long to, CancellationToken ending)
    {
        var oldest = watched.Min(device => publishers.TimeOf(device.Id, device.FirstUnseen));
        var ids = string.Join(" OR ", watched.Select(device => $"\"device\" = '{DeviceId.Format(device.Id)}'"));
        var statement = string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT \"seq\" FROM \"traffic\", \"water\", \"lighting\" WHERE ({ids}) AND time >= {oldest}ms GROUP BY \"device\"");
        var answer = await influxd.QueryAsync(database, statement, ending).ConfigureAwait(false);
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        foreach (var series in answer)
        {
            var id = ulong.Parse(series.GetProperty("tags").GetProperty("device").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var device = watched.First(one => one.Id == id);
            foreach (var row in series.GetProperty("values").EnumerateArray())
            {
                var time = row[0].GetInt64() / 1000;
                if (device.Seen.Add(time) && time >= from && time < to) latencies.Add(now - time);
            }
        }

        foreach (var device in watched)
        {
            // What stands before the oldest that is waited for is not asked for again.
            while (device.Seen.Remove(publishers.TimeOf(device.Id, device.FirstUnseen))) device.FirstUnseen++;
        }
    }

    private sealed class Watched(ulong id)
    {
        public ulong Id { get; } = id;

        /// <summary>Number of the device's oldest message that was in no answer yet.</summary>
        public long FirstUnseen { get; set; }

        /// <summary>Times of the messages behind that one which were.</summary>
        public HashSet<long> Seen { get; } = [];
    }
}
