using Microsoft.Data.Sqlite;
using SmartCityIoT.Alerts.Desk;
using SmartCityIoT.Alerts.Evaluation;

namespace SmartCityIoT.Alerts.Store;

/// <summary>Writes of single rows, inside a transaction of the caller. Bound to one connection, used by one thread at a time.</summary>
internal sealed class AlertWriter(SqliteConnection connection)
{
    /// <summary>Who acts when no person does.</summary>
    public const string Platform = "platform";

    /// <summary>Raises an alert; null where this very record has raised it before, or one is open already.</summary>
    public Alert? Raise(SqliteTransaction transaction, AlertRaise raise)
    {
        var draft = raise.Draft;
        var raised = Change(
            transaction,
            """
            INSERT INTO alert (kind, device, channel, rule, position, sample, label_vi, label_en, severity, device_name, area, sector,
                field, unit, value, threshold, detail, raised_at)
            VALUES ($kind, $device, $channel, $rule, $position, $sample, $vi, $en, $severity, $name, $area, $sector,
                $field, $unit, $value, $threshold, $detail, $at)
            ON CONFLICT DO NOTHING
            """,
            ("$kind", (int)draft.Kind),
            ("$device", AlertRow.Key(draft.Device)),
            ("$channel", draft.Channel),
            ("$rule", draft.Rule),
            ("$position", raise.Position),
            ("$sample", raise.Sample),
            ("$vi", draft.LabelVi),
            ("$en", draft.LabelEn),
            ("$severity", (int)draft.Severity),
            ("$name", draft.DeviceName),
            ("$area", draft.Area),
            ("$sector", draft.Sector),
            ("$field", draft.Field),
            ("$unit", draft.Unit),
            ("$value", draft.Value),
            ("$threshold", draft.Threshold),
            ("$detail", draft.Detail),
            ("$at", draft.RaisedAt));
        if (raised is not null) AddStep(transaction, raised.Id, new AlertStep(draft.RaisedAt, AlertState.Raised, Platform, draft.Detail, draft.Value));
        return raised;
    }

    /// <summary>Clears the open alert of a series and rule; null where none is open.</summary>
    public Alert? Clear(SqliteTransaction transaction, AlertClear clear)
    {
        var cleared = Change(
            transaction,
            "UPDATE alert SET cleared_at = $at WHERE device = $device AND channel = $channel AND rule = $rule AND cleared_at IS NULL",
            ("$at", clear.At),
            ("$device", AlertRow.Key(clear.Device)),
            ("$channel", clear.Channel),
            ("$rule", clear.Rule));
        if (cleared is not null) AddStep(transaction, cleared.Id, new AlertStep(clear.At, AlertState.Cleared, Platform, clear.Note, clear.Value));
        return cleared;
    }

    /// <summary>Gives an open alert to an actor; null where it is not open, or is somebody's.</summary>
    public Alert? Acknowledge(SqliteTransaction transaction, long id, AlertStep step)
    {
        var acknowledged = Change(
            transaction,
            """
            UPDATE alert SET acknowledged_at = $at, acknowledged_by = $actor
            WHERE id = $id AND cleared_at IS NULL AND acknowledged_at IS NULL
            """,
            ("$at", step.At),
            ("$actor", step.Actor),
            ("$id", id));
        if (acknowledged is not null) AddStep(transaction, id, step);
        return acknowledged;
    }

    public void Remember(SqliteTransaction transaction, RuleMemory memory)
    {
        var sql = memory.State == RuleState.Idle
            ? "DELETE FROM rule_memory WHERE device = $device AND channel = $channel AND rule = $rule"
            : """
              INSERT INTO rule_memory (device, channel, rule, state, since) VALUES ($device, $channel, $rule, $state, $since)
              ON CONFLICT DO UPDATE SET state = excluded.state, since = excluded.since
              """;
        using var command = Command(
            transaction,
            sql,
            ("$device", AlertRow.Key(memory.Device)),
            ("$channel", memory.Channel),
            ("$rule", memory.Rule),
            ("$state", (int)memory.State),
            ("$since", memory.Since));
        command.ExecuteNonQuery();
    }

    /// <summary>Forgets alerts that cleared before a time in Unix milliseconds, with their history.</summary>
    public void Prune(SqliteTransaction transaction, long before)
    {
        using var command = Command(transaction, "DELETE FROM alert WHERE cleared_at < $before", ("$before", before));
        command.ExecuteNonQuery();
    }

    private void AddStep(SqliteTransaction transaction, long alert, AlertStep step)
    {
        using var command = Command(
            transaction,
            "INSERT INTO alert_step (alert, at, state, actor, note, value) VALUES ($alert, $at, $state, $actor, $note, $value)",
            ("$alert", alert),
            ("$at", step.At),
            ("$state", (int)step.State),
            ("$actor", step.Actor),
            ("$note", step.Note),
            ("$value", step.Value));
        command.ExecuteNonQuery();
    }

    private Alert? Change(SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var command = Command(transaction, $"{sql} RETURNING {AlertRow.Columns}", values);
        using var reader = command.ExecuteReader();
        return reader.Read() ? AlertRow.Read(reader) : null;
    }

    private SqliteCommand Command(SqliteTransaction transaction, string sql, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
