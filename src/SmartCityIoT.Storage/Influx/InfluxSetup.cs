using System.Globalization;
using System.Text.Json;

namespace SmartCityIoT.Storage.Influx;

/// <summary>
/// Makes one target on the server, in the words of its version:
/// <code>
/// v1  CREATE DATABASE "smartcity" WITH DURATION 30d REPLICATION 1 NAME "autogen"   CREATE RETENTION POLICY "days_30" ON "smartcity" DURATION 30d REPLICATION 1
/// v2  GET api/v2/orgs?org=…, POST api/v2/buckets {"orgID":…,"name":…,"retentionRules":[{"type":"expire","everySeconds":2592000}]}
/// v3  POST api/v3/configure/database {"db":…,"retention_period":"30d"}
/// </code>
/// All of them say so when it is there already.
/// </summary>
internal sealed class InfluxSetup(InfluxClient client, InfluxOptions options)
{
    private const string DefaultPolicy = "autogen";

    public string NameOf(RetentionTarget target) => options.Version switch
    {
        InfluxVersion.V2 => target.Within(options.Bucket),
        InfluxVersion.V3 => target.Within(options.Database),
        _ => target.IsDefault ? options.Database : $"{options.Database} ({target.Policy})",
    };

    /// <summary>What an operator runs to create a target.</summary>
    public string Remedy(RetentionTarget target) => options.Version switch
    {
        InfluxVersion.V2 => $"Create the bucket: influx bucket create --org {Argument(options.Org)} --name {Argument(NameOf(target))}"
            + (target.Days > 0 ? $" --retention {Days(target)}" : ""),
        InfluxVersion.V3 => "Create the database: influxdb3 create database" + (target.Days > 0 ? $" --retention-period {Days(target)}" : "") + $" {Argument(NameOf(target))}",
        _ => $"Run on the server: {string.Join("; ", Statements(target))}",
    };

    /// <summary>Null when the target is there as it should be.</summary>
    public Task<SetupFailure?> CreateAsync(RetentionTarget target, CancellationToken cancellationToken) => options.Version switch
    {
        InfluxVersion.V2 => CreateBucketAsync(target, cancellationToken),
        InfluxVersion.V3 => CreateDatabaseAsync(target, cancellationToken),
        _ => ExecuteAsync(target, cancellationToken),
    };

    private async Task<SetupFailure?> ExecuteAsync(RetentionTarget target, CancellationToken cancellationToken)
    {
        foreach (var statement in Statements(target))
        {
            var reply = await client.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
            if (reply.Status == 0) return SetupFailure.Away(reply);
            if ((reply.Status == 200 ? ErrorIn(reply.Body) : StoreOutcome.Of(reply, default).Reason) is not { } error) continue;

            // InfluxDB's words: "retention policy conflicts with an existing policy", "retention policy already exists".
            var isThere = error.Contains("existing policy", StringComparison.Ordinal) || error.Contains("already exists", StringComparison.Ordinal);
            return isThere
                ? new SetupFailure(error, $"To keep {DaysText(target)}, run on the server: {AlterStatement(target)}", IsThere: true)
                : new SetupFailure(error, Remedy(target));
        }

        return null;
    }

    /// <summary>Nothing is said of a bucket that is there: its retention may be set by hand, and asking for it takes another right.</summary>
    private async Task<SetupFailure?> CreateBucketAsync(RetentionTarget target, CancellationToken cancellationToken)
    {
        var organisations = await client.ManageAsync($"api/v2/orgs?org={Uri.EscapeDataString(options.Org)}", null, cancellationToken).ConfigureAwait(false);
        if (organisations.Status == 0) return SetupFailure.Away(organisations);
        if (OrganisationIn(organisations) is not { } id) return new SetupFailure($"organisation {options.Org} not found: {StoreOutcome.Of(organisations, default).Reason}", Remedy(target));
        object[] rules = target.Days > 0 ? [new { type = "expire", everySeconds = target.Days * 86_400L }] : [];
        var json = JsonSerializer.Serialize(new { orgID = id, name = NameOf(target), retentionRules = rules });
        return FailureOf(await client.ManageAsync("api/v2/buckets", json, cancellationToken).ConfigureAwait(false), target);
    }

    private async Task<SetupFailure?> CreateDatabaseAsync(RetentionTarget target, CancellationToken cancellationToken)
    {
        var json = target.Days > 0
            ? JsonSerializer.Serialize(new { db = NameOf(target), retention_period = Days(target) })
            : JsonSerializer.Serialize(new { db = NameOf(target) });
        return FailureOf(await client.ManageAsync("api/v3/configure/database", json, cancellationToken).ConfigureAwait(false), target);
    }

    private SetupFailure? FailureOf(in StoreReply reply, RetentionTarget target)
    {
        if (reply.Status == 0) return SetupFailure.Away(reply);
        if (reply.Status is (>= 200 and < 300) or 409) return null;
        var error = StoreOutcome.Of(reply, default).Reason;
        return reply.Status is 400 or 422 && error.Contains("already exists", StringComparison.OrdinalIgnoreCase) ? null : new SetupFailure(error, Remedy(target));
    }

    private string[] Statements(RetentionTarget target)
    {
        var database = InfluxIdentifier.Quote(options.Database);
        if (!target.IsDefault) return [CreatePolicy(database, target)];
        if (target.Days == 0) return [$"CREATE DATABASE {database}"];
        return target.Policy is null
            ? [$"CREATE DATABASE {database} WITH DURATION {Days(target)} REPLICATION 1 NAME {InfluxIdentifier.Quote(DefaultPolicy)}"]
            : [$"CREATE DATABASE {database}", CreatePolicy(database, target)];
    }

    private static string CreatePolicy(string database, RetentionTarget target) =>
        $"CREATE RETENTION POLICY {InfluxIdentifier.Quote(target.Policy!)} ON {database} DURATION {Days(target)} REPLICATION 1";

    private string AlterStatement(RetentionTarget target) =>
        $"ALTER RETENTION POLICY {InfluxIdentifier.Quote(target.Policy ?? DefaultPolicy)} ON {InfluxIdentifier.Quote(options.Database)} DURATION {Days(target)}";

    private static string Days(RetentionTarget target) => target.Days == 0 ? "INF" : string.Create(CultureInfo.InvariantCulture, $"{target.Days}d");

    private static string DaysText(RetentionTarget target) => target.Days == 0 ? "everything" : string.Create(CultureInfo.InvariantCulture, $"{target.Days} days");

    /// <summary>A name as an argument of a shell.</summary>
    private static string Argument(string name) =>
        name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '/' or '.')
            ? name
            : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string? OrganisationIn(in StoreReply reply)
    {
        if (reply.Status != 200) return null;
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            return document.RootElement.TryGetProperty("orgs", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
                && list[0].TryGetProperty("id", out var id)
                ? id.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
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
