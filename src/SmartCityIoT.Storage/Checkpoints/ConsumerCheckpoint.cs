using System.Runtime.InteropServices;
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
    private readonly SqliteCommand savePosition;
    private readonly SqliteParameter position;
    private readonly SqliteCommand saveState;
    private readonly SqliteParameter device;
    private readonly SqliteParameter state;

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

        savePosition = connection.CreateCommand();
        savePosition.CommandText = """
            INSERT INTO consumer_position (consumer, position) VALUES ($consumer, $position)
            ON CONFLICT (consumer) DO UPDATE SET position = excluded.position
            """;
        savePosition.Parameters.AddWithValue("$consumer", consumer);
        position = savePosition.Parameters.Add("$position", SqliteType.Integer);

        saveState = connection.CreateCommand();
        saveState.CommandText = """
            INSERT INTO consumer_device_state (consumer, device, state) VALUES ($consumer, $device, $state)
            ON CONFLICT (consumer, device) DO UPDATE SET state = excluded.state
            """;
        saveState.Parameters.AddWithValue("$consumer", consumer);
        device = saveState.Parameters.Add("$device", SqliteType.Integer);
        state = saveState.Parameters.Add("$state", SqliteType.Blob);
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
        savePosition.Transaction = transaction;
        position.Value = newPosition;
        savePosition.ExecuteNonQuery();
        if (changed.Count == 0) return;
        saveState.Transaction = transaction;
        foreach (var entry in changed)
        {
            device.Value = unchecked((long)entry.Device);
            state.Value = WholeArray(entry.State);
            saveState.ExecuteNonQuery();
        }
    }

    // SQLite's binding takes whole arrays; a state that already is one is not copied.
    private static byte[] WholeArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();

    public void Dispose()
    {
        savePosition.Dispose();
        saveState.Dispose();
    }
}
