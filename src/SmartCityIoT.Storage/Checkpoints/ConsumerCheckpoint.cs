using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Storage.Checkpoints;

/// <summary>
/// How far a journal consumer has come, and what it remembers of each device, in a database of the consumer's own:
/// position, device states and whatever the consumer writes itself are one transaction, so that a crash leaves all of it or none.
/// Bound to one connection and one consumer name; not thread-safe, like the connection.
/// </summary>
/// <remarks>
/// Tables: <c>consumer_position (consumer, position)</c> and <c>consumer_device_state (consumer, device, state)</c>.
/// A device is kept as the signed integer with the same 64 bits.
/// </remarks>
public sealed class ConsumerCheckpoint : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly string consumer;
    private readonly PreparedStatement savePosition;
    private readonly PreparedStatement saveState;

    /// <summary>Creates the tables where they are missing and prepares the commands.</summary>
    /// <param name="connection">Open connection, which the caller keeps and closes after this object.</param>
    /// <param name="consumer">Name of the consumer, such as "live" or "store"; several may share a database.</param>
    public ConsumerCheckpoint(SqliteConnection connection, string consumer)
    {
        this.connection = connection;
        this.consumer = consumer;
        using (var create = connection.CreateCommand())
        {
            create.CommandText = """
                CREATE TABLE IF NOT EXISTS consumer_position (
                    consumer TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS consumer_device_state (
                    consumer TEXT NOT NULL, device INTEGER NOT NULL, state BLOB NOT NULL,
                    PRIMARY KEY (consumer, device)) WITHOUT ROWID;
                """;
            create.ExecuteNonQuery();
        }

        savePosition = new PreparedStatement(connection, """
            INSERT INTO consumer_position (consumer, position) VALUES (?, ?)
            ON CONFLICT (consumer) DO UPDATE SET position = excluded.position
            """);
        savePosition.Bind(1, consumer);
        saveState = new PreparedStatement(connection, """
            INSERT INTO consumer_device_state (consumer, device, state) VALUES (?, ?, ?)
            ON CONFLICT (consumer, device) DO UPDATE SET state = excluded.state
            """);
        saveState.Bind(1, consumer);
    }

    /// <summary>Last journal position that was saved; 0 where none was.</summary>
    public long LoadPosition()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT position FROM consumer_position WHERE consumer = $consumer";
        command.Parameters.AddWithValue("$consumer", consumer);
        return command.ExecuteScalar() is long saved ? saved : 0;
    }

    /// <summary>Every device state that was saved, in no order. Read it to its end before the next call on this connection.</summary>
    public IEnumerable<DeviceState> LoadStates()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT device, state FROM consumer_device_state WHERE consumer = $consumer";
        command.Parameters.AddWithValue("$consumer", consumer);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return new DeviceState(unchecked((ulong)reader.GetInt64(0)), reader.GetFieldValue<byte[]>(1));
        }
    }

    /// <summary>Saves the position and the states that changed since the last save, inside the caller's transaction.</summary>
    /// <exception cref="SqliteException">The database could not be written; the caller rolls its transaction back.</exception>
    public void Save(SqliteTransaction transaction, long newPosition, IReadOnlyList<DeviceState> changed)
    {
        if (transaction.Connection != connection) throw new ArgumentException("The transaction is another connection's.", nameof(transaction));
        savePosition.Bind(2, newPosition);
        savePosition.Run();
        for (var i = 0; i < changed.Count; i++)
        {
            saveState.Bind(2, unchecked((long)changed[i].Device));
            saveState.Bind(3, changed[i].State.Span);
            saveState.Run();
        }
    }

    public void Dispose()
    {
        savePosition.Dispose();
        saveState.Dispose();
    }
}
