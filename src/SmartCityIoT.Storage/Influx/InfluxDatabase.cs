using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// The database, buckets and retention on the server: makes them where we may, else says what to run. Nothing that is there already is changed,
/// since a shorter retention deletes what it no longer covers.
/// </summary>
internal sealed class InfluxDatabase(
    InfluxClient client, InfluxOptions options, RetentionTargets targets, HealthBoard health, ILogger logger, string description)
{
    private readonly InfluxSetup setup = new(client, options);
    private volatile bool isRefusalSaid;

    public string Description => description;

    /// <summary>What an operator does where a target is missing and we may not create it.</summary>
    public string RemedyFor(int target) => setup.Remedy(targets.All[target]);

    /// <summary>
    /// Whether anything is to be set up at the start. InfluxDB 3 makes a database at the first write, and the bucket of a server of another make that
    /// takes the v2 path is a name that it ignores: both are left alone unless a time of keeping is asked for.
    /// </summary>
    private bool IsSetUpAtStart =>
        options.CreateDatabase && (options.Version == InfluxVersion.V1 || targets.All.Any(target => !target.IsDefault || target.Days > 0));

    /// <summary>Looks for the server, and sets it up. A server that is away is said once, and met again by the first write.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        if (IsSetUpAtStart)
        {
            await TryCreateAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var reply = await client.PingAsync(cancellationToken).ConfigureAwait(false);
        if (reply.Status == 0) health.Down(reply.Body, null);
    }

    /// <summary>Creates what is missing; false where we may not, could not, or the server is away.</summary>
    public async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        if (!options.CreateDatabase) return false;
        foreach (var target in targets.All)
        {
            var failure = await setup.CreateAsync(target, cancellationToken).ConfigureAwait(false);
            if (failure is null) continue;
            if (failure.IsAway)
            {
                health.Down(failure.Error, null);
                return false;
            }

            // Each write that misses the database comes by here; one line is enough.
            if (!isRefusalSaid) InfluxLog.NotSetUp(logger, description, failure.Error, failure.Remedy);
            isRefusalSaid = true;
            if (!failure.IsThere) return false;
        }

        InfluxLog.DatabaseReady(logger, description, string.Join(", ", targets.All.Select(setup.NameOf)));
        return true;
    }
}
