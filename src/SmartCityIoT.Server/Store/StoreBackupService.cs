using SmartCityIoT.Server.Hosting;
using SmartCityIoT.Storage;
using SmartCityIoT.Storage.Embedded;
using SmartCityIoT.Storage.Embedded.Backup;

namespace SmartCityIoT.Server.Store;

/// <summary>Makes the backups that <c>store backup</c> asks a running platform for. See <see cref="StoreBackupRequest"/>.</summary>
internal sealed partial class StoreBackupService(DataFolder data, ITelemetryStore store, TimeProvider time, ILogger<StoreBackupService> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (store is not EmbeddedStore embedded) return;
        var request = StoreBackupRequest.RequestIn(data.Path);
        Forget();
        while (true)
        {
            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested) return;
            if (!File.Exists(request)) continue;
            try
            {
                await AnswerAsync(embedded, request, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
            {
                LogFailed(failed.Message);
            }
        }
    }

    private async Task AnswerAsync(EmbeddedStore embedded, string request, CancellationToken stopping)
    {
        var target = await File.ReadAllTextAsync(request, stopping).ConfigureAwait(false);
        var stream = new FileStream(StoreBackupRequest.AnswerIn(data.Path), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        await using (stream.ConfigureAwait(false))
        {
            using var answer = new StreamWriter(stream) { AutoFlush = true };
            File.Delete(request);
            try
            {
                await embedded.BackupAsync(target, answer.WriteLine, stopping).ConfigureAwait(false);
                LogMade(target);
                answer.WriteLine(StoreBackupRequest.Done);
            }
            catch (Exception failed) when (failed is StoreBackupException or IOException or UnauthorizedAccessException or OperationCanceledException)
            {
                var reason = failed is OperationCanceledException ? "the platform is stopping" : failed.Message;
                LogFailed(reason);
                answer.WriteLine(StoreBackupRequest.Failure + reason);
            }
        }
    }

    /// <summary>What the last process left unanswered.</summary>
    private void Forget()
    {
        foreach (var leftover in new[] { StoreBackupRequest.RequestIn(data.Path), StoreBackupRequest.AnswerIn(data.Path) }.Where(File.Exists)) File.Delete(leftover);
    }

    [LoggerMessage(4170, LogLevel.Information, "A backup of the store was written to {Target}")]
    private partial void LogMade(string target);

    [LoggerMessage(4171, LogLevel.Warning, "The backup of the store that was asked for failed: {Reason}")]
    private partial void LogFailed(string reason);
}
