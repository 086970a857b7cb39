using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Storage.DeadLetters;

/// <summary>
/// The dead letters' table in the ledger's database: inserts and evictions inside the ledger's transaction. What it believes to
/// be in the table is settled only by <see cref="Settle"/>, after the commit. Writer side; questions are <see cref="DeadLetterReader"/>'s.
/// </summary>
internal sealed class DeadLetterTable : IDisposable
{
    private const int RowOverhead = 64;

    private readonly DeadLetterOptions options;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand evictOfDevice;
    private readonly SqliteCommand oldest;
    private readonly SqliteCommand evictOldest;
    private readonly HashSet<ulong> unknownDevices = [];
    private (long Count, long Bytes) held;
    private (long Count, long Bytes) pending;

    public DeadLetterTable(SqliteConnection connection, DeadLetterOptions options)
    {
        this.options = options;
        // AUTOINCREMENT: an id is never used again, so a cursor cannot come to mean another letter.
        Execute(connection, """
            CREATE TABLE IF NOT EXISTS dead_letter (
                id INTEGER PRIMARY KEY AUTOINCREMENT, received_at INTEGER NOT NULL, reason TEXT NOT NULL, device INTEGER,
                topic TEXT NOT NULL, payload BLOB NOT NULL, detail TEXT NOT NULL, size INTEGER NOT NULL);
            CREATE INDEX IF NOT EXISTS dead_letter_by_device ON dead_letter (device, reason, id);
            CREATE INDEX IF NOT EXISTS dead_letter_by_reason ON dead_letter (reason, id);
            """);
        insert = Command(connection, """
            INSERT INTO dead_letter (received_at, reason, device, topic, payload, detail, size)
            VALUES ($receivedAt, $reason, $device, $topic, $payload, $detail, $size)
            """, "$receivedAt", "$reason", "$device", "$topic", "$payload", "$detail", "$size");
        evictOfDevice = Command(connection, """
            DELETE FROM dead_letter WHERE device = $device AND reason = $reason AND id <= (
                SELECT id FROM dead_letter WHERE device = $device AND reason = $reason ORDER BY id DESC LIMIT 1 OFFSET $keep)
            RETURNING received_at, device, size
            """, "$device", "$reason", "$keep");
        oldest = Command(connection, "SELECT id, size FROM dead_letter ORDER BY id");
        evictOldest = Command(connection, "DELETE FROM dead_letter WHERE id <= $id RETURNING received_at, device, size", "$id");
        using var count = Command(connection, "SELECT count(*), coalesce(sum(size), 0) FROM dead_letter");
        using var reader = count.ExecuteReader();
        reader.Read();
        held = (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Inserts the letters and makes room for them.</summary>
    /// <param name="evicted">Called with the time of receipt and the device of each letter that had to go.</param>
    public void Add(SqliteTransaction transaction, IReadOnlyList<DeadLetter> letters, Action<long, ulong?> evicted)
    {
        pending = held;
        if (letters.Count == 0) return;
        unknownDevices.Clear();
        foreach (var letter in letters)
        {
            Insert(transaction, letter);
            if (letter is { Reason: DeadLetterReason.UnknownDevice, Device: { } device }) unknownDevices.Add(device);
        }

        foreach (var device in unknownDevices)
        {
            evictOfDevice.Parameters["$device"].Value = unchecked((long)device);
            evictOfDevice.Parameters["$reason"].Value = DeadLetterReason.UnknownDevice;
            evictOfDevice.Parameters["$keep"].Value = options.PerUnknownDevice;
            Evict(evictOfDevice, transaction, evicted);
        }

        if (pending.Count <= options.MaxCount && pending.Bytes <= options.MaxBytes) return;
        evictOldest.Parameters["$id"].Value = LastToGo(transaction);
        Evict(evictOldest, transaction, evicted);
    }

    /// <summary>The transaction of the last <see cref="Add"/> was committed.</summary>
    public void Settle() => held = pending;

    public void Dispose()
    {
        insert.Dispose();
        evictOfDevice.Dispose();
        oldest.Dispose();
        evictOldest.Dispose();
    }

    private void Insert(SqliteTransaction transaction, DeadLetter letter)
    {
        var size = RowOverhead + letter.Payload.Length + letter.Topic.Length + letter.Detail.Length;
        insert.Transaction = transaction;
        insert.Parameters["$receivedAt"].Value = letter.ReceivedAt;
        insert.Parameters["$reason"].Value = letter.Reason;
        insert.Parameters["$device"].Value = letter.Device is { } device ? unchecked((long)device) : DBNull.Value;
        insert.Parameters["$topic"].Value = letter.Topic;
        insert.Parameters["$payload"].Value = letter.Payload.ToArray();
        insert.Parameters["$detail"].Value = letter.Detail;
        insert.Parameters["$size"].Value = size;
        insert.ExecuteNonQuery();
        pending = (pending.Count + 1, pending.Bytes + size);
    }

    /// <summary>Id of the newest letter that must go for the rest to fit.</summary>
    private long LastToGo(SqliteTransaction transaction)
    {
        var (count, bytes) = pending;
        long last = 0;
        oldest.Transaction = transaction;
        using var reader = oldest.ExecuteReader();
        while ((count > options.MaxCount || bytes > options.MaxBytes) && reader.Read())
        {
            last = reader.GetInt64(0);
            count--;
            bytes -= reader.GetInt64(1);
        }

        return last;
    }

    private void Evict(SqliteCommand command, SqliteTransaction transaction, Action<long, ulong?> evicted)
    {
        command.Transaction = transaction;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            pending = (pending.Count - 1, pending.Bytes - reader.GetInt64(2));
            evicted(reader.GetInt64(0), reader.IsDBNull(1) ? null : unchecked((ulong)reader.GetInt64(1)));
        }
    }

    private static SqliteCommand Command(SqliteConnection connection, string text, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = Command(connection, text);
        command.ExecuteNonQuery();
    }
}
