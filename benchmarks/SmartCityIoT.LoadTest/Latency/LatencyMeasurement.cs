using SmartCityIoT.LoadTest.Figures;
using SmartCityIoT.LoadTest.Platform;
using SmartCityIoT.Telemetry;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.LoadTest.Latency;

/// <summary>
/// How long a frame takes from a device to its acknowledgement and to a screen, while the demo's own district reports. Frames leave at fixed
/// times whatever became of those before (an open loop).
/// </summary>
internal sealed class LatencyMeasurement(ProgramUnderTest program, LatencyOptions options) : IMeasurement
{
    private const double StreamBarMilliseconds = 500;

    /// <summary>First id of the measuring devices, apart from those of the demo's district.</summary>
    private const ulong FirstDevice = 0x70B3D57E_F0000001;

    /// <summary>How long the last frames may take to come back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync(Reporter reporter, CancellationToken cancellation)
    {
        options.Check();
        var logs = new List<FrameLog>();
        for (var run = 0; run < reporter.Runs; run++)
        {
            var log = await MeasureAsync(cancellation).ConfigureAwait(false);
            logs.Add(log);
            Reporter.Progress(FormattableString.Invariant(
                $"acknowledged p50 {log.ToAcknowledgement(50):0.0} ms, p99 {log.ToAcknowledgement(99):0.0} ms; on the stream p50 {log.ToStream(50):0.0} ms, p99 {log.ToStream(99):0.0} ms, {log.Missing} missing"));
        }

        reporter.Report(
            "latency",
            new
            {
                options.Devices,
                options.FramesPerSecond,
                warmUpSeconds = options.WarmUp.TotalSeconds,
                windowSeconds = options.Window.TotalSeconds,
                frames = options.Frames - options.WarmUpFrames,
            },
            [
                .. Spread("publish to acknowledgement", logs, (log, percent) => log.ToAcknowledgement(percent), null),
                .. Spread("publish to event stream", logs, (log, percent) => log.ToStream(percent), StreamBarMilliseconds),
                new Figure("not on the stream", "frames", [.. logs.Select(log => (double)log.Missing)], 0),
                new Figure("sent later than meant, p99", "ms", [.. logs.Select(log => log.ToLeaving(99))]),
            ]);
    }

    /// <param name="bar">Of the 99th percentile.</param>
    private static IEnumerable<Figure> Spread(string name, List<FrameLog> logs, Func<FrameLog, double, double> percentile, double? bar)
    {
        foreach (var percent in (int[])[50, 90, 99, 100])
        {
            var which = percent == 100 ? "max" : "p" + percent;
            yield return new Figure($"{name}, {which}", "ms", [.. logs.Select(log => percentile(log, percent))], percent == 99 ? bar : null);
        }
    }

    private async Task<FrameLog> MeasureAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartDemoAsync(program, folder.DataDirectory, cancellation).ConfigureAwait(false);
        using var api = new PlatformApi(platform.Page);
        await Task.Delay(options.WarmUp, cancellation).ConfigureAwait(false);
        var devices = await ConnectAsync(platform, api, cancellation).ConfigureAwait(false);
        try
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var stream = await api.OpenStreamAsync(cancellation).ConfigureAwait(false);
            var log = new FrameLog(options, [.. devices.Select(device => device.Id)], TimeProvider.System);
            var watching = WatchAsync(stream, log, ending.Token);
            await SendAsync(devices, log, cancellation).ConfigureAwait(false);
            var gaveUp = TimeProvider.System.GetTimestamp();
            while (log.Missing > 0 && TimeProvider.System.GetElapsedTime(gaveUp) < Patience) await Task.Delay(100, cancellation).ConfigureAwait(false);
            await ending.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
            return log;
        }
        finally
        {
            foreach (var device in devices) device.Dispose();
        }
    }

    private async Task<List<LatencyDevice>> ConnectAsync(PlatformProcess platform, PlatformApi api, CancellationToken cancellation)
    {
        var area = await api.LargestAreaAsync(cancellation).ConfigureAwait(false) ?? throw new LoadTestException("the demo has no devices");
        var pack = Path.Combine(AppContext.BaseDirectory, "packs", "water", "pack.json");
        var schema = SectorPackReader.Parse(pack, await File.ReadAllBytesAsync(pack, cancellation).ConfigureAwait(false)).Schemas[0];
        var devices = new List<LatencyDevice>(options.Devices);
        for (var i = 0; i < options.Devices; i++)
        {
            var device = new LatencyDevice(FirstDevice + (ulong)i, schema);
            devices.Add(device);
            var secret = await api.CreateWaterMeterAsync(DeviceId.Format(device.Id), area.Code, cancellation).ConfigureAwait(false);
            await device.ConnectAsync(platform.MqttPort, secret, cancellation).ConfigureAwait(false);
        }

        return devices;
    }

    private async Task SendAsync(List<LatencyDevice> devices, FrameLog log, CancellationToken cancellation)
    {
        var open = new List<Task>(options.Frames);
        for (var frame = 0; frame < options.Frames; frame++)
        {
            var pause = log.Until(frame);
            if (pause > TimeSpan.Zero) await Task.Delay(pause, cancellation).ConfigureAwait(false);
            open.Add(PublishAsync(devices[frame % devices.Count], frame, log, cancellation));
        }

        await Task.WhenAll(open).ConfigureAwait(false);
    }

    private static async Task PublishAsync(LatencyDevice device, int frame, FrameLog log, CancellationToken cancellation)
    {
        log.Left(frame);
        await device.PublishAsync(log.SampleTime(frame), cancellation).ConfigureAwait(false);
        log.Acknowledged(frame);
    }

    private static async Task WatchAsync(EventStream stream, FrameLog log, CancellationToken ending)
    {
        try
        {
            while (await stream.ReadAsync(ending).ConfigureAwait(false) is { } change)
            {
                if (change.Event == "devices") log.Shown(change.Data, TimeProvider.System.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Every frame has come back, or was given up.
        }
    }
}
