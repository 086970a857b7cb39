using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace SmartCityIoT.Journal;

/// <summary>
/// Opens the database whatever state it is in: a file that SQLite cannot read is set aside under a name of its own, and what
/// can be read of it goes into a new one. A platform that does not start over a damaged file loses more than the file held.
/// </summary>
internal static class JournalFile
{
    public const string Name = "journal.db";

    public static JournalDatabase Open(string path, JournalOptions options, TimeProvider time, ILogger logger, out JournalDatabase.Contents contents)
    {
        try
        {
            return OpenAndRead(path, options, out contents);
        }
        catch (SqliteException exception) when (IsDamage(exception))
        {
            return Replace(path, options, time, logger, exception.Message, out contents);
        }
    }

    /// <summary>Sets the file aside and opens a new one with what can be read of the old.</summary>
    public static JournalDatabase Replace(
        string path, JournalOptions options, TimeProvider time, ILogger logger, string reason, out JournalDatabase.Contents contents)
    {
        string aside = SetAside(path, time);
        JournalLog.SetAside(logger, path, aside, reason);
        JournalDatabase database = OpenAndRead(path, options, out contents);
        try
        {
            int salvaged = DamagedFile.CopyReadableBlocks(aside, path);
            JournalLog.Salvaged(logger, salvaged, aside);
            contents = database.Read();
            database.RememberOldest();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>True when the bytes are wrong, false when the disk, the folder or the memory is.</summary>
    public static bool IsDamage(SqliteException exception) =>
        exception.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_ERROR or raw.SQLITE_FORMAT or raw.SQLITE_MISMATCH;

    private static JournalDatabase OpenAndRead(string path, JournalOptions options, out JournalDatabase.Contents contents)
    {
        JournalDatabase database = JournalDatabase.Open(path, options.Durability, options.MaxQuarantineBytes);
        try
        {
            contents = database.Read();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static string SetAside(string path, TimeProvider time)
    {
        string stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        string aside = $"{path}.damaged-{stamp}";

        // The log goes along: it belongs to the old file and would be taken for the new one's.
        File.Move(path, aside);
        if (File.Exists(path + "-wal"))
            File.Move(path + "-wal", aside + "-wal");
        File.Delete(path + "-shm");
        return aside;
    }
}
