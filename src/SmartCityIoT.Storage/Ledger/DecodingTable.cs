using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>
/// Which pack and decoder the readings of each day and sector came through. A few rows a day, which are never dropped: a store may keep its
/// telemetry for ever.
/// </summary>
internal sealed class DecodingTable : IDisposable
{
    private readonly SqliteCommand add;

    public DecodingTable(SqliteConnection connection)
    {
        using (var create = connection.CreateCommand())
        {
            create.CommandText = """
                CREATE TABLE IF NOT EXISTS decoding_day (
                    sector TEXT NOT NULL, day INTEGER NOT NULL, generation INTEGER NOT NULL, pack TEXT NOT NULL,
                    PRIMARY KEY (sector, day, generation, pack)) WITHOUT ROWID;
                """;
            create.ExecuteNonQuery();
        }

        add = connection.CreateCommand();
        add.CommandText = "INSERT OR IGNORE INTO decoding_day (sector, day, generation, pack) VALUES ($sector, $day, $generation, $pack)";
        add.Parameters.Add("$sector", SqliteType.Text);
        add.Parameters.Add("$day", SqliteType.Integer);
        add.Parameters.Add("$generation", SqliteType.Integer);
        add.Parameters.Add("$pack", SqliteType.Text);
    }

    public void Add(SqliteTransaction transaction, in DecodingOfDay row)
    {
        add.Transaction = transaction;
        add.Parameters[0].Value = row.Sector;
        add.Parameters[1].Value = row.Day;
        add.Parameters[2].Value = row.Generation;
        add.Parameters[3].Value = row.Pack;
        add.ExecuteNonQuery();
    }

    public void Dispose() => add.Dispose();

    /// <summary>Rows of a sector, the newest day first.</summary>
    public static List<DecodingOfDay> Of(SqliteConnection connection, string sector)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT day, pack, generation FROM decoding_day WHERE sector = $sector ORDER BY day DESC, generation, pack";
        command.Parameters.AddWithValue("$sector", sector);
        var rows = new List<DecodingOfDay>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(new DecodingOfDay(reader.GetInt64(0), sector, reader.GetString(1), reader.GetInt32(2)));
        return rows;
    }
}
