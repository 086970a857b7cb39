using System.Text.Json;
using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.LoadTest.Latency;

/// <summary>
/// When each frame was meant to leave, left, was acknowledged and came back on the stream. Times count from the moment at which a frame was
/// meant to leave: a tool or a platform that falls behind cannot hide it.
/// </summary>
internal sealed class FrameLog
{
    private readonly LatencyOptions options;
    private readonly TimeProvider time;
    private readonly long start;
    private readonly long startUnix;
    private readonly double[] left, acknowledged, shown;
    private readonly Dictionary<string, Dictionary<long, int>> frames = [];

    /// <param name="devices">Their ids; frame i is sent by device i modulo their number.</param>
    public FrameLog(LatencyOptions options, IReadOnlyList<ulong> devices, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        start = time.GetTimestamp();
        startUnix = time.GetUtcNow().ToUnixTimeMilliseconds();
        left = NotYet();
        acknowledged = NotYet();
        shown = NotYet();
        for (var frame = 0; frame < options.Frames; frame++)
        {
            var device = DeviceId.Format(devices[frame % devices.Count]);
            if (!frames.TryGetValue(device, out var ofDevice)) frames.Add(device, ofDevice = []);
            ofDevice.Add(SampleTime(frame), frame);
        }
    }

    /// <summary>Frames that came back on the stream and those that did not, of those that count.</summary>
    public int Missing => shown.Skip(options.WarmUpFrames).Count(double.IsNaN);

    /// <summary>Sample time of a frame, Unix milliseconds: the moment at which it was meant to leave.</summary>
    public long SampleTime(int frame) => startUnix + (long)options.IntendedAt(frame).TotalMilliseconds;

    /// <summary>Time until a frame is to leave; negative when that is past.</summary>
    public TimeSpan Until(int frame) => options.IntendedAt(frame) - time.GetElapsedTime(start);

    public void Left(int frame) => left[frame] = Since(frame, time.GetTimestamp());

    public void Acknowledged(int frame) => acknowledged[frame] = Since(frame, time.GetTimestamp());

    /// <summary>Takes the data of a <c>devices</c> event.</summary>
    /// <param name="at">Timestamp at which it was read.</param>
    public void Shown(string data, long at)
    {
        using var changes = JsonDocument.Parse(data);
        foreach (var device in changes.RootElement.EnumerateArray())
        {
            if (!frames.TryGetValue(device.GetProperty("id").GetString()!, out var ofDevice)) continue;
            foreach (var channel in device.GetProperty("channels").EnumerateArray())
            {
                if (ofDevice.TryGetValue(channel.GetProperty("time").GetInt64(), out var frame) && double.IsNaN(shown[frame])) shown[frame] = Since(frame, at);
            }
        }
    }

    /// <summary>Percentile in ms over the frames that count.</summary>
    public double ToLeaving(double percent) => Of(left, percent);

    public double ToAcknowledgement(double percent) => Of(acknowledged, percent);

    public double ToStream(double percent) => Of(shown, percent);

    private double Of(double[] values, double percent)
    {
        var counted = values.Skip(options.WarmUpFrames).Where(value => !double.IsNaN(value)).ToArray();
        return counted.Length == 0 ? throw new LoadTestException("no frame came back") : Math.Round(Percentiles.Of(counted, percent), 2);
    }

    private double Since(int frame, long at) => (time.GetElapsedTime(start, at) - options.IntendedAt(frame)).TotalMilliseconds;

    private double[] NotYet()
    {
        var values = new double[options.Frames];
        Array.Fill(values, double.NaN);
        return values;
    }
}
