using System.Text;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Evaluation;

namespace SmartCityIoT.Alerts.Store;

/// <summary>Questions to the alert database, each on a connection that the caller opened.</summary>
internal static class AlertReader
{
    public static List<Alert> Open(SqliteConnection connection) =>
        Alerts(connection, $"SELECT {AlertRow.Columns} FROM alert WHERE cleared_at IS NULL ORDER BY id");

    public static Alert? Find(SqliteConnection connection, long id) =>
        Alerts(connection, $"SELECT {AlertRow.Columns} FROM alert WHERE id = $id", ("$id", id)).SingleOrDefault();

    /// <summary>The newest alerts that fit, one more than asked for where there are more.</summary>
    public static List<Alert> List(SqliteConnection connection, AlertQuery query)
    {
        var sql = new StringBuilder($"SELECT {AlertRow.Columns} FROM alert WHERE 1 = 1");
        var values = new List<(string, object)> { ("$limit", query.Limit + 1) };
        if (query.State == AlertFilter.Active) sql.Append(" AND cleared_at IS NULL");
        if (query.State == AlertFilter.Cleared) sql.Append(" AND cleared_at IS NOT NULL");
        Narrow("device =", "$device", query.Device is { } device ? AlertRow.Key(device) : null);
        Narrow("sector =", "$sector", query.Sector);
        Narrow("id <", "$before", query.Before);
        if (query.Areas is { } areas)
        {
            sql.Append(" AND area IN (SELECT value FROM json_each($areas))");
            values.Add(("$areas", System.Text.Json.JsonSerializer.Serialize(areas)));
        }

        sql.Append(" ORDER BY id DESC LIMIT $limit");
        return Alerts(connection, sql.ToString(), [.. values]);

        void Narrow(string condition, string name, object? value)
        {
            if (value is null) return;
            sql.Append(" AND ").Append(condition).Append(' ').Append(name);
            values.Add((name, value));
        }
    }

    public static List<AlertStep> History(SqliteConnection connection, long id)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT at, state, actor, note, value FROM alert_step WHERE alert = $id ORDER BY rowid";
        command.Parameters.AddWithValue("$id", id);
        using var reader = command.ExecuteReader();
        var steps = new List<AlertStep>();
        while (reader.Read())
        {
            steps.Add(new AlertStep(
                reader.GetInt64(0),
                (AlertState)reader.GetInt32(1),
                reader.GetString(2),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetDouble(4)));
        }

        return steps;
    }

    public static List<RuleMemory> Memory(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT device, channel, rule, state, since FROM rule_memory";
        using var reader = command.ExecuteReader();
        var memory = new List<RuleMemory>();
        while (reader.Read())
        {
            memory.Add(new RuleMemory(
                unchecked((ulong)reader.GetInt64(0)), reader.GetInt32(1), reader.GetString(2), (RuleState)reader.GetInt32(3), reader.GetInt64(4)));
        }

        return memory;
    }

    private static List<Alert> Alerts(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        var alerts = new List<Alert>();
        while (reader.Read()) alerts.Add(AlertRow.Read(reader));
        return alerts;
    }
}
