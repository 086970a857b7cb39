using System.Globalization;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Frames;
using SmartCityIoT.LoadTest.Servers;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>
/// Asks the store again and again for the messages of one device of each sector, and takes down when each is first in an answer. A message's time is the moment at
/// which it was meant to leave, so that nothing that falls behind can hide it.
/// </summary>
internal sealed class StoreProbe(InfluxdServer influxd, string database, PublishingDistrict publishers, LoadDistrict district)
{
    /// <summary>Pause between two questions: an answer is up to this much later than it could be. Shorter, and the questions are a good part of what the store has to do.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly LatencyHistogram latencies = new();
    private readonly Watched[] watched = [.. district.Devices.DistinctBy(device => device.Like.Sector).Select(device => new Watched(device.Id, device.Like.Sector))];

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
        var statements = watched.Select(device => string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT \"seq\" FROM \"{device.Sector}\" WHERE \"device\" = '{DeviceId.Format(device.Id)}' AND time >= {publishers.TimeOf(device.Id, device.FirstUnseen)}ms"));
        var answers = await influxd.QueryAllAsync(database, string.Join(';', statements), ending).ConfigureAwait(false);
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        foreach (var (device, answer) in watched.Zip(answers))
        {
            foreach (var row in answer.SelectMany(series => series.GetProperty("values").EnumerateArray()))
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

    private sealed class Watched(ulong id, string sector)
    {
        public ulong Id { get; } = id;

        /// <summary>Measurement that holds its messages.</summary>
        public string Sector { get; } = sector;

        /// <summary>Number of the device's oldest message that was in no answer yet.</summary>
        public long FirstUnseen { get; set; }

        /// <summary>Times of the messages behind that one which were.</summary>
        public HashSet<long> Seen { get; } = [];
    }
}
