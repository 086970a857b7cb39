using Microsoft.Data.Sqlite;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>
/// Hours whose rollups are due, in the ledger's database: marked in the transaction that commits the readings' position, so that a kill loses none.
/// A mark carries the position of the commit that made it, and is cleared only as it was read: one that was made again meanwhile stays.
/// </summary>
/// <remarks>
/// Tables: <c>rollup_due (hour, sector, device, mark)</c>, in the order in which the hours are worked off, and <c>rollup_store (name)</c>, the one store
/// of which every hour that it had was marked. A device is kept as the signed integer with the same 64 bits.
/// </remarks>
internal sealed class DueHours : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly string readerString;
    private readonly Lock gate;
    private readonly PreparedStatement mark;
    private readonly PreparedStatement markAnew;
    private readonly PreparedStatement clear;

    /// <param name="gate">Held by whoever is in a transaction of the connection.</param>
    public DueHours(SqliteConnection connection, string readerString, Lock gate)
    {
        this.connection = connection;
        this.readerString = readerString;
        this.gate = gate;
        Execute("""
            CREATE TABLE IF NOT EXISTS rollup_due (
                hour INTEGER NOT NULL, sector INTEGER NOT NULL, device INTEGER NOT NULL, mark INTEGER NOT NULL,
                PRIMARY KEY (hour, sector, device)) WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS rollup_due_of_device ON rollup_due (sector, device, hour);
            CREATE TABLE IF NOT EXISTS rollup_store (name TEXT NOT NULL);
            """);
        mark = new PreparedStatement(connection, """
            INSERT INTO rollup_due (hour, sector, device, mark) VALUES (?, ?, ?, ?)
            ON CONFLICT (hour, sector, device) DO UPDATE SET mark = excluded.mark
            """);

        // A mark of readings stands for more than one of the rollups' own, and must not be taken for it.
        markAnew = new PreparedStatement(connection, "INSERT OR IGNORE INTO rollup_due (hour, sector, device, mark) VALUES (?, ?, ?, 0)");
        clear = new PreparedStatement(connection, "DELETE FROM rollup_due WHERE hour = ? AND sector = ? AND device = ? AND mark = ?");
    }

    /// <summary>Marks hours inside the ledger's transaction.</summary>
    public void Add(IReadOnlyList<DueHour> hours, long position)
    {
        for (var i = 0; i < hours.Count; i++)
        {
            Bind(mark, hours[i]);
            mark.Bind(4, position);
            mark.Run();
        }
    }

    /// <summary>Marks hours for the rollups' own reasons, durably; hours that are marked stay as they are.</summary>
    /// <exception cref="SqliteException">The disk is full or failing.</exception>
    public void Mark(IEnumerable<DueHour> hours) => InTransaction(() =>
    {
        foreach (var hour in hours)
        {
            Bind(markAnew, hour);
            markAnew.Run();
        }
    });

    /// <summary>Takes marks back that were not made again since they were read.</summary>
    /// <exception cref="SqliteException">The disk is full or failing.</exception>
    public void Clear(IEnumerable<DueMark> marks) => InTransaction(() =>
    {
        foreach (var (hour, position) in marks)
        {
            Bind(clear, hour);
            clear.Bind(4, position);
            clear.Run();
        }
    });

    /// <summary>Marks of the earliest due hour that starts before <paramref name="before"/>, of one sector, at most <paramref name="most"/>.</summary>
    public IReadOnlyList<DueMark> Earliest(long before, int most)
    {
        const string Statement = """
            SELECT hour, sector, device, mark FROM rollup_due
            WHERE (hour, sector) = (SELECT hour, sector FROM rollup_due WHERE hour < $before ORDER BY hour, sector LIMIT 1) ORDER BY device LIMIT $most
            """;
        return Ask(Statement, [("$before", before), ("$most", most)], reader =>
        {
            var marks = new List<DueMark>();
            while (reader.Read())
            {
                var hour = new DueHour(reader.GetInt64(0), (byte)reader.GetInt64(1), unchecked((ulong)reader.GetInt64(2)));
                marks.Add(new DueMark(hour, reader.GetInt64(3)));
            }

            return marks;
        });
    }

    /// <summary>The first due hour of any of the devices in [from, to); null where none is due.</summary>
    public long? First(byte sector, IEnumerable<ulong> devices, long from, long to)
    {
        using var reader = OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT min(hour) FROM rollup_due WHERE sector = $sector AND device = $device AND hour >= $from AND hour < $to";
        command.Parameters.AddWithValue("$sector", sector);
        command.Parameters.AddWithValue("$from", from);
        var device = command.Parameters.Add("$device", SqliteType.Integer);
        var end = command.Parameters.AddWithValue("$to", to);
        long? first = null;
        foreach (var id in devices.Append(DueHour.EveryDevice))
        {
            device.Value = unchecked((long)id);
            if (command.ExecuteScalar() is not long hour) continue;
            first = hour;
            end.Value = hour;
        }

        return first;
    }

    /// <summary>Hours that are due, and the earliest of them.</summary>
    public (long Count, long? Earliest) Backlog() => Ask<(long, long?)>("SELECT count(*), min(hour) FROM rollup_due", [], reader =>
    {
        reader.Read();
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetInt64(1));
    });

    /// <summary>Whether every hour that a store had before its hours were marked as they came has been marked.</summary>
    public bool IsFilled(string store) =>
        Ask("SELECT 1 FROM rollup_store WHERE name = $name", [("$name", store)], reader => reader.Read());

    /// <summary>Notes that every hour of a store was marked, and of no other.</summary>
    public void Fill(string store) => InTransaction(() => Execute("DELETE FROM rollup_store; INSERT INTO rollup_store (name) VALUES ($name)", ("$name", store)));

    /// <summary>Forgets all marks, where no rollups are made; those of a store that is filled then begin anew.</summary>
    public void Forget() => InTransaction(() => Execute("DELETE FROM rollup_store; DELETE FROM rollup_due"));

    public void Dispose()
    {
        mark.Dispose();
        markAnew.Dispose();
        clear.Dispose();
    }

    private static void Bind(PreparedStatement statement, in DueHour hour)
    {
        statement.Bind(1, hour.Hour);
        statement.Bind(2, hour.Sector);
        statement.Bind(3, unchecked((long)hour.Device));
    }

    private void InTransaction(Action write)
    {
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            write();
            transaction.Commit();
        }
    }

    private void Execute(string statement, params (string Name, object Value)[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }

    private SqliteConnection OpenReader()
    {
        var reader = new SqliteConnection(readerString);
        reader.Open();
        return reader;
    }

    private T Ask<T>(string statement, (string Name, object Value)[] values, Func<SqliteDataReader, T> read)
    {
        using var connected = OpenReader();
        using var command = connected.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        using var reader = command.ExecuteReader();
        return read(reader);
    }
}
