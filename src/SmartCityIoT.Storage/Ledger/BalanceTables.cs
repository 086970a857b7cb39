using Microsoft.Data.Sqlite;
using SmartCityIoT.Storage.Checkpoints;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>The balance's two tables, per minute and per device and day: increments inside the ledger's transaction, and questions.</summary>
internal sealed class BalanceTables : IDisposable
{
    private const string Sums = """
        coalesce(sum(received), 0), coalesce(sum(decoded), 0), coalesce(sum(duplicate), 0), coalesce(sum(dead_lettered), 0),
        coalesce(sum(stored), 0), coalesce(sum(refused), 0), coalesce(sum(status), 0), coalesce(sum(qos0), 0), coalesce(sum(evicted), 0)
        """;

    private static readonly string[] Columns =
        ["received", "decoded", "duplicate", "dead_lettered", "stored", "refused", "status", "qos0", "evicted"];

    private static readonly string ColumnList = string.Join(", ", Columns);

    private readonly PreparedStatement addMinute;
    private readonly PreparedStatement addDeviceDay;
    private readonly SqliteCommand prune;

    public BalanceTables(SqliteConnection connection)
    {
        var counts = string.Join(", ", Columns.Select(column => column + " INTEGER NOT NULL"));
        using (var create = connection.CreateCommand())
        {
            create.CommandText = $"""
                CREATE TABLE IF NOT EXISTS balance_minute (minute INTEGER PRIMARY KEY, {counts});
                CREATE TABLE IF NOT EXISTS balance_device_day (
                    day INTEGER NOT NULL, device INTEGER NOT NULL, {counts}, PRIMARY KEY (day, device)) WITHOUT ROWID;
                """;
            create.ExecuteNonQuery();
        }

        addMinute = Upsert(connection, "balance_minute", "minute");
        addDeviceDay = Upsert(connection, "balance_device_day", "day", "device");
        prune = connection.CreateCommand();
        prune.CommandText = "DELETE FROM balance_minute WHERE minute < $before; DELETE FROM balance_device_day WHERE day < $before";
        prune.Parameters.Add("$before", SqliteType.Integer);
    }

    /// <summary>Adds to a minute's row, inside the transaction that the connection is in.</summary>
    public void Add(in MinuteBalance row)
    {
        addMinute.Bind(1, row.Minute);
        Run(addMinute, 2, row.Counts);
    }

    /// <summary>Adds to the row of a device and day, inside the transaction that the connection is in.</summary>
    public void Add(in DeviceDayBalance row)
    {
        addDeviceDay.Bind(1, row.Day);
        addDeviceDay.Bind(2, unchecked((long)row.Device));
        Run(addDeviceDay, 3, row.Counts);
    }

    /// <summary>Forgets what is older than <paramref name="before"/> (Unix milliseconds).</summary>
    public void Prune(SqliteTransaction transaction, long before)
    {
        prune.Transaction = transaction;
        prune.Parameters[0].Value = before;
        prune.ExecuteNonQuery();
    }

    public void Dispose()
    {
        addMinute.Dispose();
        addDeviceDay.Dispose();
        prune.Dispose();
    }

    /// <summary>Minutes in [from, to) that have a row, in time order.</summary>
    public static List<MinuteBalance> Minutes(SqliteConnection connection, long from, long to)
    {
        using var command = Question(
            connection, $"SELECT minute, {ColumnList} FROM balance_minute WHERE minute >= $from AND minute < $to ORDER BY minute", from, to);
        var rows = new List<MinuteBalance>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(new MinuteBalance(reader.GetInt64(0), Counts(reader, 1)));
        return rows;
    }

    public static BalanceCounts Totals(SqliteConnection connection, long from, long to)
    {
        using var command = Question(connection, $"SELECT {Sums} FROM balance_minute WHERE minute >= $from AND minute < $to", from, to);
        using var reader = command.ExecuteReader();
        reader.Read();
        return Counts(reader, 0);
    }

    /// <summary>Devices that have a row for the day that starts at <paramref name="day"/>, by id as an unsigned number.</summary>
    public static List<DeviceDayBalance> DeviceDays(SqliteConnection connection, long day)
    {
        // Ids are kept as signed numbers: those with the highest bit come after the others.
        using var command = Question(
            connection, $"SELECT device, {ColumnList} FROM balance_device_day WHERE day = $from ORDER BY device < 0, device", day, day);
        var rows = new List<DeviceDayBalance>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(new DeviceDayBalance(unchecked((ulong)reader.GetInt64(0)), day, Counts(reader, 1)));
        return rows;
    }

    private static PreparedStatement Upsert(SqliteConnection connection, string table, params string[] key)
    {
        string[] all = [.. key, .. Columns];
        return new PreparedStatement(connection, $"""
            INSERT INTO {table} ({string.Join(", ", all)}) VALUES ({string.Join(", ", all.Select(_ => "?"))})
            ON CONFLICT ({string.Join(", ", key)}) DO UPDATE SET {string.Join(", ", Columns.Select(name => $"{name} = {name} + excluded.{name}"))}
            """);
    }

    private static void Run(PreparedStatement statement, int first, in BalanceCounts counts)
    {
        statement.Bind(first, counts.Received);
        statement.Bind(first + 1, counts.Decoded);
        statement.Bind(first + 2, counts.Duplicate);
        statement.Bind(first + 3, counts.DeadLettered);
        statement.Bind(first + 4, counts.Stored);
        statement.Bind(first + 5, counts.Refused);
        statement.Bind(first + 6, counts.Status);
        statement.Bind(first + 7, counts.Qos0);
        statement.Bind(first + 8, counts.Evicted);
        statement.Run();
    }

    private static SqliteCommand Question(SqliteConnection connection, string text, long from, long to)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        return command;
    }

    private static BalanceCounts Counts(SqliteDataReader row, int first) => new(
        row.GetInt64(first), row.GetInt64(first + 1), row.GetInt64(first + 2), row.GetInt64(first + 3), row.GetInt64(first + 4),
        row.GetInt64(first + 5), row.GetInt64(first + 6), row.GetInt64(first + 7), row.GetInt64(first + 8));
}
