using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Storage.DeadLetters;

/// <summary>Answers questions about dead letters on a connection of the reader's own.</summary>
internal static class DeadLetterReader
{
    /// <exception cref="FormatException">The cursor is not one of ours.</exception>
    public static DeadLetterPage List(SqliteConnection connection, DeadLetterQuestion question)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(question.Limit, 1);
        var before = long.MaxValue;
        if (question.After is { } cursor && !DeadLetterCursor.TryRead(cursor, out before))
        {
            throw new FormatException("The cursor does not come from this list.");
        }

        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT id, received_at, reason, device, topic, payload, detail FROM dead_letter
            WHERE id < $before {(question.Reason is null ? "" : "AND reason = $reason")} {(question.Device is null ? "" : "AND device = $device")}
            ORDER BY id DESC LIMIT $limit
            """;
        command.Parameters.AddWithValue("$before", before);
        command.Parameters.AddWithValue("$limit", question.Limit + 1L);
        if (question.Reason is { } reason) command.Parameters.AddWithValue("$reason", reason);
        if (question.Device is { } device) command.Parameters.AddWithValue("$device", unchecked((long)device));

        var items = new List<StoredDeadLetter>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            // One more than asked for says that there is a next page.
            if (items.Count == question.Limit) return new DeadLetterPage(items, DeadLetterCursor.Write(items[^1].Id));
            items.Add(Read(reader));
        }

        return new DeadLetterPage(items, null);
    }

    private static StoredDeadLetter Read(SqliteDataReader row) => new(row.GetInt64(0), new DeadLetter
    {
        ReceivedAt = row.GetInt64(1),
        Reason = row.GetString(2),
        Device = row.IsDBNull(3) ? null : unchecked((ulong)row.GetInt64(3)),
        Topic = row.GetString(4),
        Payload = row.GetFieldValue<byte[]>(5),
        Detail = row.GetString(6),
    });
}
