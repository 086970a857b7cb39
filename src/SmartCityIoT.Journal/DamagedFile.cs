using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Journal;

/// <summary>Reads what can be read of a database that SQLite calls malformed.</summary>
internal static class DamagedFile
{
    /// <summary>
    /// Copies cursors and blocks from both ends towards the damage, and returns the number of blocks. The records prove
    /// themselves when they are read.
    /// </summary>
    public static int CopyReadableBlocks(string damaged, string target)
    {
        using SqliteConnection to = JournalDatabase.Connect(target, SqliteOpenMode.ReadWrite);
        using SqlStatement begin = new(to, "BEGIN IMMEDIATE");
        using SqlStatement commit = new(to, "COMMIT");
        const int blocksPerCommit = 64;
        using SqlStatement insert = new(to, "INSERT OR IGNORE INTO block (first, count, bytes) VALUES (?, ?, ?)");
        using SqlStatement insertState = new(to, "INSERT OR REPLACE INTO state (name, position, checksum) VALUES (?, ?, ?)");
        SqliteConnection from;
        try
        {
            from = JournalDatabase.Connect(damaged, SqliteOpenMode.ReadWrite);
        }
        catch (SqliteException)
        {
            return 0;
        }

        using (from)
        {
            begin.Run();
            Copy(from, "SELECT name, position, checksum FROM state", row => insertState.Bind(1, row.Text(0)).Bind(2, row.Number(1)).Bind(3, row.Number(2)).Run());
            int copied = 0;
            void CopyBlock(SqlStatement row)
            {
                insert.Bind(1, row.Number(0)).Bind(2, row.Number(1)).Bind(3, row.Blob(2)).Run();
                if (++copied % blocksPerCommit == 0)
                {
                    commit.Run();
                    begin.Run();
                }
            }

            if (!Copy(from, "SELECT first, count, bytes FROM block ORDER BY first", CopyBlock))
                Copy(from, "SELECT first, count, bytes FROM block ORDER BY first DESC", CopyBlock);
            commit.Run();
            return copied;
        }
    }

    /// <summary>False when the damage ended the walk.</summary>
    private static bool Copy(SqliteConnection from, string sql, Action<SqlStatement> copy)
    {
        try
        {
            using SqlStatement rows = new(from, sql);
            while (rows.Step())
            {
                copy(rows);
            }

            return true;
        }
        catch (SqliteException exception) when (JournalFile.IsDamage(exception))
        {
            return false;
        }
    }
}
