using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Influx;

/// <summary>The database on the server: makes it where we may, else says what to run.</summary>
internal sealed class InfluxDatabase(InfluxClient client, InfluxOptions options, HealthBoard health, ILogger logger, string description)
{
    private volatile bool isRefusalSaid;

    public string Description => description;

    /// <summary>What an operator does where the database is missing and we may not create it.</summary>
    public string Remedy => options.Version == InfluxVersion.V1
        ? $"Run on the server: {CreateStatement}"
        : $"Create the bucket: influx bucket create --org {options.Org} --name {options.Bucket}";

    private bool MayCreate => options.CreateDatabase && options.Version == InfluxVersion.V1;

    private string CreateStatement => $"CREATE DATABASE {InfluxIdentifier.Quote(options.Database)}";

    /// <summary>Looks for the server, and makes the database. A server that is away is said once, and met again by the first write.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        if (MayCreate)
        {
            await TryCreateAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        var reply = await client.PingAsync(cancellationToken).ConfigureAwait(false);
        if (reply.Status == 0) health.Down(reply.Body, null);
    }

    /// <summary>Creates the database, which may be there already; false where we may not or the server is away.</summary>
    public async Task<bool> TryCreateAsync(CancellationToken cancellationToken)
    {
        if (!MayCreate) return false;
        var reply = await client.ExecuteAsync(CreateStatement, cancellationToken).ConfigureAwait(false);
        if (reply.Status == 0)
        {
            health.Down(reply.Body, null);
            return false;
        }

        var error = reply.Status == 200 ? ErrorIn(reply.Body) : StoreOutcome.Of(reply, default).Reason;
        if (error is null)
        {
            InfluxLog.DatabaseReady(logger, description, options.Database);
            return true;
        }

        // Each write that misses the database comes by here; one line is enough.
        if (isRefusalSaid) return false;
        isRefusalSaid = true;
        InfluxLog.DatabaseNotCreated(logger, description, error, CreateStatement);
        return false;
    }

    /// <summary>A statement that failed comes back with status 200 and an error among its results.</summary>
    private static string? ErrorIn(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return InfluxAnswer.ErrorIn(document.RootElement);
        }
        catch (JsonException)
        {
            return "the answer is not InfluxDB's";
        }
    }
}
