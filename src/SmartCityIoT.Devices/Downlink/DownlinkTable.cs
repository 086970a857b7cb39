using System.Globalization;
using Microsoft.Data.Sqlite;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Downlink;

/// <summary>
/// What is asked of the table <c>command</c> for each connection and each receipt. Plain SQL on the index of open commands; a command
/// is open while it waits or was sent.
/// </summary>
internal static class DownlinkTable
{
    private const string IsOpen = "state IN ('waiting', 'sent')";

    /// <summary>How many commands are open, by device.</summary>
    public static Dictionary<ulong, int> CountOpen(SqliteConnection connection)
    {
        using var command = Query(connection, $"SELECT device, COUNT(*) FROM command WHERE {IsOpen} GROUP BY device");
        using var rows = command.ExecuteReader();
        var counts = new Dictionary<ulong, int>();
        while (rows.Read()) counts.Add(Device(rows), rows.GetInt32(1));
        return counts;
    }

    public static int CountOpen(SqliteConnection connection, ulong device)
    {
        using var command = Query(connection, $"SELECT COUNT(*) FROM command WHERE device = $device AND {IsOpen}", ("$device", DeviceId.Format(device)));
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    public static long NewestNumber(SqliteConnection connection)
    {
        using var command = Query(connection, "SELECT COALESCE(MAX(number), 0) FROM command");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Devices that got commands since the one of that number, and the newest number.</summary>
    public static (HashSet<ulong> Devices, long Newest) After(SqliteConnection connection, long number)
    {
        using var command = Query(connection, "SELECT device, number FROM command WHERE number > $number ORDER BY number", ("$number", number));
        using var rows = command.ExecuteReader();
        var devices = new HashSet<ulong>();
        while (rows.Read())
        {
            devices.Add(Device(rows));
            number = rows.GetInt64(1);
        }

        return (devices, number);
    }

    public static List<QueuedCommand> ReadOpen(SqliteConnection connection, ulong device, long afterNumber, int limit, long now)
    {
        using var command = Query(
            connection,
            $"""
            SELECT number, command_id, frame, expires_at, sent_at FROM command
            WHERE device = $device AND {IsOpen} AND number > $after AND expires_at > $now ORDER BY number LIMIT $limit
            """,
            ("$device", DeviceId.Format(device)), ("$after", afterNumber), ("$now", now), ("$limit", limit));
        using var rows = command.ExecuteReader();
        var waiting = new List<QueuedCommand>();
        while (rows.Read())
        {
            waiting.Add(new QueuedCommand(
                rows.GetInt64(0),
                device,
                (uint)rows.GetInt64(1),
                rows.GetFieldValue<byte[]>(2),
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(3)),
                !rows.IsDBNull(4)));
        }

        return waiting;
    }

    public static void MarkSent(SqliteConnection connection, IReadOnlyList<long> numbers, long now)
    {
        using var command = Query(
            connection, "UPDATE command SET state = 'sent', sent_at = $now WHERE number = $number AND state = 'waiting'", ("$now", now), ("$number", 0L));
        foreach (var number in numbers)
        {
            command.Parameters[1].Value = number;
            command.ExecuteNonQuery();
        }
    }

    /// <summary>One that was called expired while its receipt was on the way is delivered all the same.</summary>
    /// <returns>The devices of the commands that changed.</returns>
    public static HashSet<ulong> MarkDelivered(SqliteConnection connection, IReadOnlyList<long> numbers, long now)
    {
        using var command = Query(
            connection,
            $"""
            UPDATE command SET state = 'delivered', sent_at = COALESCE(sent_at, $now), delivered_at = $now, ended_at = NULL
            WHERE number = $number AND ({IsOpen} OR (state = 'expired' AND detail IS NULL)) RETURNING device
            """,
            ("$now", now), ("$number", 0L));
        var devices = new HashSet<ulong>();
        foreach (var number in numbers)
        {
            command.Parameters[1].Value = number;
            using var rows = command.ExecuteReader();
            while (rows.Read()) devices.Add(Device(rows));
        }

        return devices;
    }

    /// <summary>Whether the device has a command of that id that it has not answered.</summary>
    public static bool IsUnanswered(SqliteConnection connection, ulong device, uint commandId)
    {
        using var command = Query(
            connection,
            "SELECT EXISTS (SELECT 1 FROM command WHERE device = $device AND command_id = $id AND detail IS NULL)",
            ("$device", DeviceId.Format(device)), ("$id", (long)commandId));
        return (long)command.ExecuteScalar()! != 0;
    }

    public static bool AnyDue(SqliteConnection connection, long now)
    {
        using var command = Query(connection, $"SELECT EXISTS (SELECT 1 FROM command WHERE {IsOpen} AND expires_at <= $now)", ("$now", now));
        return (long)command.ExecuteScalar()! != 0;
    }

    /// <returns>The devices whose commands expired.</returns>
    public static HashSet<ulong> MarkExpired(SqliteConnection connection, long now)
    {
        using var command = Query(
            connection, $"UPDATE command SET state = 'expired', ended_at = $now WHERE {IsOpen} AND expires_at <= $now RETURNING device", ("$now", now));
        using var rows = command.ExecuteReader();
        var devices = new HashSet<ulong>();
        while (rows.Read()) devices.Add(Device(rows));
        return devices;
    }

    /// <summary>Deletes what ended, or was delivered and never answered, before that time; never a device's newest, whose id the next one must exceed.</summary>
    public static int DeleteOlder(SqliteConnection connection, long oldest)
    {
        using var command = Query(
            connection,
            $"""
            DELETE FROM command WHERE NOT ({IsOpen}) AND COALESCE(ended_at, delivered_at) < $oldest
            AND number < (SELECT MAX(newer.number) FROM command AS newer WHERE newer.device = command.device)
            """,
            ("$oldest", oldest));
        return command.ExecuteNonQuery();
    }

    private static ulong Device(SqliteDataReader rows) => DeviceId.TryParse(rows.GetString(0).AsSpan(), out var device)
        ? device
        : throw new FormatException($"'{rows.GetString(0)}' in devices.db is not a device id");

    private static SqliteCommand Query(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }
}
