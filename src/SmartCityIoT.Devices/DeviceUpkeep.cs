using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Lookup;
using SmartCityIoT.Devices.Provisioning;

namespace SmartCityIoT.Devices;

/// <summary>Looks for writes of other processes, ends commands that expire, and writes down the devices that were seen.</summary>
internal sealed partial class DeviceUpkeep(
    DeviceDirectory directory, DeviceRegistry registry, DownlinkQueue downlink, DeviceOptions options, TimeProvider time, ILogger<DeviceUpkeep> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var flushEvery = TimeSpan.FromMilliseconds(options.SeenFlushMilliseconds);
        var flushed = time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.RefreshMilliseconds), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    directory.Refresh();
                    downlink.Ring();
                    await downlink.SweepAsync(stoppingToken).ConfigureAwait(false);
                    if (time.GetElapsedTime(flushed) < flushEvery) continue;
                    await registry.FlushSeenAsync(stoppingToken).ConfigureAwait(false);
                    flushed = time.GetTimestamp();
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // A full disk or a locked file passes; what is in memory serves until then.
                    LogUpkeepFailed(log, error.Message, error);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await FlushAtLeisureAsync().ConfigureAwait(false);
        }
    }

    private async Task FlushAtLeisureAsync()
    {
        try
        {
            await registry.FlushSeenAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogUpkeepFailed(log, error.Message, error);
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning, Message = "The device registry could not be read or written: {Reason}. It is tried again.")]
    private static partial void LogUpkeepFailed(ILogger logger, string reason, Exception error);
}
