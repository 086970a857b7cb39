using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Influx;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Where the rows of each level lie on an InfluxDB server, so that they can outlive the readings:
/// <code>
/// 1.x   retention policy rollup_1m of the store's database, made by us where we may
/// 2.x   bucket "database/rollup_1m", which InfluxQL finds under the same name; made by an operator
/// else  among the readings
/// </code>
/// </summary>
internal sealed class RollupPolicies(InfluxOptions influx, RollupOptions options)
{
    private const int LongDays = 364;
    private const int MonthDays = 30;

    private bool isRefusalSaid;

    private bool HasPolicies => influx.Version is InfluxVersion.V1 or InfluxVersion.V2;

    /// <summary>A level's measurement of a sector, as it stands behind FROM.</summary>
    public string From(RollupLevel level, string sector)
    {
        var measurement = InfluxIdentifier.Quote(level.Measurement(sector));
        return HasPolicies ? $"{InfluxIdentifier.Quote(Name(level))}.{measurement}" : measurement;
    }

    /// <summary>The store's options with a level's rows as the place that is written to.</summary>
    public InfluxOptions WriteOptions(RollupLevel level) => new()
    {
        Version = influx.Version,
        Url = influx.Url,
        Database = influx.Database,
        RetentionPolicy = influx.Version == InfluxVersion.V1 ? Name(level) : influx.RetentionPolicy,
        UserName = influx.UserName,
        Password = influx.Password,
        Org = influx.Org,
        Bucket = influx.Version == InfluxVersion.V2 ? $"{influx.Database}/{Name(level)}" : influx.Bucket,
        Token = influx.Token,
        BatchLines = influx.BatchLines,
        BatchBytes = influx.BatchBytes,
        GzipFromBytes = influx.GzipFromBytes,
        TimeoutSeconds = influx.TimeoutSeconds,
    };

    /// <summary>What is run on the server for a level: a statement of 1.x, a command of 2.x.</summary>
    public string Statement(RollupLevel level, string verb = "CREATE")
    {
        var days = options.DaysOf(level);
        if (influx.Version == InfluxVersion.V2)
        {
            var retention = days == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{days}d");
            return $"influx bucket create --org {influx.Org} --name {influx.Database}/{Name(level)} --retention {retention}";
        }

        // The server's own choice of a week for each piece would make a question about ten years open five hundred.
        var piece = days is 0 or > 2 * LongDays && level == RollupLevel.Hour ? LongDays : days is 0 or > 2 * MonthDays ? MonthDays : 1;
        var duration = days == 0 ? "INF" : string.Create(CultureInfo.InvariantCulture, $"{days}d");
        return $"{verb} RETENTION POLICY {InfluxIdentifier.Quote(Name(level))} ON {InfluxIdentifier.Quote(influx.Database)} DURATION {duration} REPLICATION 1 "
            + string.Create(CultureInfo.InvariantCulture, $"SHARD DURATION {piece}d");
    }

    /// <summary>Makes the levels' retention policies, or gives those that are there the time of the options. What fails is said, and met again by the first write.</summary>
    public async Task EnsureAsync(InfluxClient client, string store, ILogger logger, CancellationToken cancellationToken)
    {
        if (influx.Version != InfluxVersion.V1 || !influx.CreateDatabase) return;

        // The store's own first look at the server may come after this.
        await TryAsync(client, $"CREATE DATABASE {InfluxIdentifier.Quote(influx.Database)}", cancellationToken).ConfigureAwait(false);
        foreach (var level in (RollupLevel[])[RollupLevel.Minute, RollupLevel.Hour])
        {
            var error = await TryAsync(client, Statement(level), cancellationToken).ConfigureAwait(false);
            if (error is null) continue;
            if (error.Contains("already exists", StringComparison.OrdinalIgnoreCase)) error = await TryAsync(client, Statement(level, "ALTER"), cancellationToken).ConfigureAwait(false);
            if (error is null || isRefusalSaid) continue;
            isRefusalSaid = true;
            RollupLog.PolicyNotCreated(logger, store, error, $"{Statement(RollupLevel.Minute)}; {Statement(RollupLevel.Hour)}");
        }
    }

    private static string Name(RollupLevel level) => $"rollup_{level.Suffix}";

    private static async Task<string?> TryAsync(InfluxClient client, string statement, CancellationToken cancellationToken)
    {
        var reply = await client.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        if (reply.Status == 0) throw new Questions.StoreUnavailableException(reply.Body);
        if (reply.Status != 200) return StoreOutcome.Of(reply, default).Reason;
        try
        {
            using var answer = JsonDocument.Parse(reply.Body);
            return InfluxAnswer.ErrorIn(answer.RootElement);
        }
        catch (JsonException)
        {
            return "the answer is not InfluxDB's";
        }
    }
}
