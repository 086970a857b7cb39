using Microsoft.Extensions.Hosting;
using SmartCityIoT.Storage.Rollups;

namespace SmartCityIoT.Ingestion.Store;

/// <summary>Lets the rollups be made while the platform runs.</summary>
internal sealed class RollupService(RollupWorker worker) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start of the other parts does not wait for it.
        await Task.Yield();
        try
        {
            await worker.RunAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not rolled up is still marked.
        }
    }
}
