using Microsoft.Data.Sqlite;
using SmartCityIoT.Devices.Database;
using SmartCityIoT.Telemetry;

namespace SmartCityIoT.Devices.Seen;

/// <summary>The table <c>seen</c>. Plain SQL: rows are added or replaced by the thousand, and nothing needs to be tracked.</summary>
internal static class SeenTable
{
    public static IReadOnlyList<SeenDevice> Read(DeviceDatabase database)
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, first_seen, last_seen, count, via, topic FROM seen ORDER BY last_seen DESC";
        using var rows = command.ExecuteReader();
        var devices = new List<SeenDevice>();
        while (rows.Read())
        {
            if (!DeviceId.TryParse(rows.GetString(0).AsSpan(), out var device)) continue;
            var via = SeenViaText.Parse(rows.GetString(4));
            devices.Add(new SeenDevice(device, rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3), via, rows.GetString(5)));
        }

        return devices;
    }

    public static void Write(DeviceDatabase database, IReadOnlyList<SeenDevice> changed, IReadOnlyList<ulong> struck)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        using var upsert = connection.CreateCommand();
        upsert.CommandText =
            """
            INSERT INTO seen (id, first_seen, last_seen, count, via, topic) VALUES ($id, $first, $last, $count, $via, $topic)
            ON CONFLICT (id) DO UPDATE SET last_seen = excluded.last_seen, count = excluded.count, via = excluded.via, topic = excluded.topic
            """;
        var id = upsert.Parameters.Add("$id", SqliteType.Text);
        var first = upsert.Parameters.Add("$first", SqliteType.Integer);
        var last = upsert.Parameters.Add("$last", SqliteType.Integer);
        var count = upsert.Parameters.Add("$count", SqliteType.Integer);
        var via = upsert.Parameters.Add("$via", SqliteType.Text);
        var topic = upsert.Parameters.Add("$topic", SqliteType.Text);
        foreach (var device in changed)
        {
            id.Value = DeviceId.Format(device.Id);
            first.Value = device.FirstSeen;
            last.Value = device.LastSeen;
            count.Value = device.Count;
            via.Value = SeenViaText.Format(device.Via);
            topic.Value = device.Topic;
            upsert.ExecuteNonQuery();
        }

        using var delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM seen WHERE id = $id";
        var gone = delete.Parameters.Add("$id", SqliteType.Text);
        foreach (var device in struck)
        {
            gone.Value = DeviceId.Format(device);
            delete.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
