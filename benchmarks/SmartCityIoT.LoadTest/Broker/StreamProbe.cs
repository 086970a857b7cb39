using System.Globalization;
using System.Text.Json;
using SmartCityIoT.LoadTest.Accounting;
using SmartCityIoT.LoadTest.Platform;

namespace SmartCityIoT.LoadTest.Broker;

/// <summary>Reads the event stream and takes down when each reading comes on it. A reading's time is the moment at which its message was meant to leave.</summary>
internal sealed class StreamProbe
{
    private readonly Dictionary<string, long> newest = [];

    /// <summary>Over the readings that count.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <param name="from">Readings count whose message was meant to leave from here, Unix milliseconds,</param>
    /// <param name="to">to here.</param>
    public async Task RunAsync(EventStream stream, long from, long to, CancellationToken ending)
    {
        try
        {
            while (await stream.ReadAsync(ending).ConfigureAwait(false) is { } change)
            {
                if (change.Event == "devices") Take(change.Data, from, to);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private void Take(string data, long from, long to)
    {
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        using var changes = JsonDocument.Parse(data);
        foreach (var device in changes.RootElement.EnumerateArray())
        {
            var id = device.GetProperty("id").GetString()!;
            foreach (var channel in device.GetProperty("channels").EnumerateArray())
            {
                var series = string.Create(CultureInfo.InvariantCulture, $"{id}/{channel.GetProperty("channel").GetInt32()}");
                var time = channel.GetProperty("time").GetInt64();
                if (newest.TryGetValue(series, out var last) && last >= time) continue;
                newest[series] = time;
                if (time >= from && time < to) Latencies.Add(now - time);
            }
        }
    }
}
