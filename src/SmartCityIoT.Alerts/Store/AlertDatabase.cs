using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Recovery;

namespace SmartCityIoT.Alerts.Store;

/// <summary>Opens <c>alerts.db</c>, and knows its tables.</summary>
internal static class AlertDatabase
{
    /// <summary>Version of the tables, kept in <c>user_version</c>.</summary>
    private const int SchemaVersion = 1;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    // A device of 0 stands for the platform itself: no EUI-64 is 0, and NULLs would all be distinct to the unique indexes.
    private const string Tables = """
        CREATE TABLE IF NOT EXISTS alert (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind INTEGER NOT NULL, device INTEGER NOT NULL, channel INTEGER NOT NULL, rule TEXT NOT NULL,
            position INTEGER NOT NULL, sample INTEGER NOT NULL,
            label_vi TEXT NOT NULL, label_en TEXT NOT NULL, severity INTEGER NOT NULL,
            device_name TEXT NOT NULL, area TEXT NOT NULL, sector TEXT NOT NULL,
            field TEXT, unit TEXT, value REAL, threshold REAL, detail TEXT,
            raised_at INTEGER NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT, cleared_at INTEGER);
        CREATE UNIQUE INDEX IF NOT EXISTS alert_raise ON alert (device, channel, rule, position, sample);
        CREATE UNIQUE INDEX IF NOT EXISTS alert_open ON alert (device, channel, rule) WHERE cleared_at IS NULL;
        CREATE INDEX IF NOT EXISTS alert_cleared ON alert (cleared_at) WHERE cleared_at IS NOT NULL;
        CREATE TABLE IF NOT EXISTS alert_step (
            alert INTEGER NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
            at INTEGER NOT NULL, state INTEGER NOT NULL, actor TEXT NOT NULL, note TEXT, value REAL);
        CREATE INDEX IF NOT EXISTS alert_step_alert ON alert_step (alert);
        CREATE TABLE IF NOT EXISTS rule_memory (
            device INTEGER NOT NULL, channel INTEGER NOT NULL, rule TEXT NOT NULL, state INTEGER NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY (device, channel, rule)) WITHOUT ROWID;
        """;

    /// <summary>
    /// The writer's connection. A database that is damaged is set aside under another name and a new one starts: the platform does not
    /// refuse to watch over a file.
    /// </summary>
    /// <exception cref="AlertStoreUnavailableException">The file cannot be opened or written, or a newer version made it.</exception>
    public static SqliteConnection Open(string path, TimeProvider time, ILogger logger)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            try
            {
                return OpenFile(path);
            }
            catch (SqliteException damage) when (damage.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
            {
                var aside = DamagedFile.SetAside(path, time.GetUtcNow(), "-wal", "-shm");
                AlertLog.SetAside(logger, path, damage.Message, aside);
                return OpenFile(path);
            }
        }
        catch (Exception problem) when (problem is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new AlertStoreUnavailableException($"{path} cannot be used: {problem.Message.ReplaceLineEndings(" ")}", problem);
        }
    }

    private static SqliteConnection OpenFile(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();

            // FULL and not NORMAL: the journal lets records go that a commit here says are done, so the commit must outlast a power cut.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
            if (Scalar(connection, "PRAGMA quick_check(1)") is string verdict and not "ok") throw new SqliteException(verdict, SqliteCorrupt);
            var version = (long)Scalar(connection, "PRAGMA user_version")!;
            if (version > SchemaVersion)
            {
                throw new AlertStoreUnavailableException($"{path} was written by a newer version of this program (tables {version}, known {SchemaVersion})");
            }

            Execute(connection, Tables + $"PRAGMA user_version = {SchemaVersion}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
