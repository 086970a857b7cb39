using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Server.Health;

/// <summary>
/// Ready means: what arrives now will be acknowledged. A store that is down is no reason to send devices away, since the journal
/// keeps what it misses.
/// </summary>
internal sealed class PlatformHealth(
    MessageJournal journal, PlatformState platform, IOptions<HealthOptions> options, TimeProvider time) : IHealthCheck
{
    private readonly DateTimeOffset started = time.GetUtcNow();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = platform.Read().ToDictionary(part => part.Part.Name(), part => (object)(part.IsUp ? "up" : part.Why), StringComparer.Ordinal);
        var journalStatus = journal.Status;
        var problem = journalStatus switch
        {
            { IsFailed: true } => "the journal cannot be synced",
            { IsFull: true } => "the journal has reached its limit",
            _ when journalStatus.UsedFraction > options.Value.JournalFullFraction => $"the journal has used {journalStatus.UsedFraction:P0} of its limit",
            _ => QuietLink(),
        };
        return Task.FromResult(problem is null ? HealthCheckResult.Healthy("ready", data) : HealthCheckResult.Unhealthy(problem, null, data));
    }

    private string? QuietLink()
    {
        var limit = options.Value.QuietLinkAfter;
        var link = platform.Read().FirstOrDefault(part => part.Part == PlatformPart.Broker);
        if (limit == TimeSpan.Zero || link is not { IsUp: true }) return null;
        var last = platform.LastFromBroker ?? (link.Since > started ? link.Since : started);
        var quiet = time.GetUtcNow() - last;
        return quiet > limit ? $"nothing has arrived on the connected broker link for {quiet.TotalMinutes:F0} minutes" : null;
    }
}
