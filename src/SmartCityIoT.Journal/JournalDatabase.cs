using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Journal;

/// <summary>
/// The journal's file: the writer's connection and its statements. Used by one thread.
/// <code>
///  block       first position → records, bytes
///  state       "head" and the cursors, each with a checksum, since a flipped cursor would delete what is still needed
///  quarantine  what could not be read back
/// </code>
/// </summary>
internal sealed partial class JournalDatabase : IDisposable
{
    /// <summary>
    /// Pages of 4 KiB after which the write-ahead log goes into the file: 1 MiB. The log is kept short because one flipped bit in
    /// it hides all commits behind that bit, while one in the file costs a record.
    /// </summary>
    private const int CheckpointPages = 256;

    private const int PageBytes = 4_096;

    /// <summary>Blocks that one commit deletes at most, so that a cursor's leap stalls no append.</summary>
    private const int MaxReleasedBlocks = 256;

    /// <summary>Unused pages that the file keeps for its next backlog: 64 MiB.</summary>
    private const long MaxFreePages = (64 << 20) / PageBytes;

    private const int SchemaVersion = 1;

    private readonly SqliteConnection connection;
    private readonly SqlStatement begin;
    private readonly SqlStatement commit;
    private readonly SqlStatement rollback;
    private readonly SqlStatement insertBlock;
    private readonly SqlStatement setState;
    private readonly SqlStatement removeState;
    private readonly SqlStatement insertQuarantine;
    private readonly SqlStatement trimQuarantine;
    private readonly SqlStatement oldestBlocks;
    private readonly SqlStatement neededBlock;
    private readonly SqlStatement releaseBound;
    private readonly SqlStatement releasedBytes;
    private readonly SqlStatement release;
    private readonly SqlStatement freePages;
    private readonly SqlStatement shrink;
    private readonly SqlStatement checkpoint;
    private readonly long maxQuarantineBytes;
    private long oldestLast;

    private JournalDatabase(SqliteConnection connection, long maxQuarantineBytes)
    {
        this.connection = connection;
        this.maxQuarantineBytes = maxQuarantineBytes;
        begin = new(connection, "BEGIN IMMEDIATE");
        commit = new(connection, "COMMIT");
        rollback = new(connection, "ROLLBACK");
        insertBlock = new(connection, "INSERT INTO block (first, count, bytes) VALUES (?, ?, ?)");
        setState = new(connection, "INSERT INTO state (name, position, checksum) VALUES (?, ?, ?) "
            + "ON CONFLICT (name) DO UPDATE SET position = excluded.position, checksum = excluded.checksum");
        removeState = new(connection, "DELETE FROM state WHERE name = ?");
        insertQuarantine = new(connection, "INSERT OR IGNORE INTO quarantine (first, last, reason, at, bytes) VALUES (?, ?, ?, ?, ?) RETURNING 1");
        trimQuarantine = new(connection, "UPDATE quarantine SET bytes = x'' WHERE length(bytes) > 0 AND first <= (SELECT first FROM "
            + "(SELECT first, sum(length(bytes)) OVER (ORDER BY first DESC) AS kept FROM quarantine) WHERE kept > ? ORDER BY first DESC LIMIT 1)");
        oldestBlocks = new(connection, "SELECT first, count FROM block ORDER BY first LIMIT 2");
        neededBlock = new(connection, "SELECT first, count FROM block WHERE first <= ? ORDER BY first DESC LIMIT 1");
        releaseBound = new(connection, $"SELECT first FROM block WHERE first < ? ORDER BY first LIMIT 1 OFFSET {MaxReleasedBlocks}");
        releasedBytes = new(connection, "SELECT sum(length(bytes)) FROM block WHERE first < ?");
        release = new(connection, "DELETE FROM block WHERE first < ?");
        freePages = new(connection, "PRAGMA freelist_count");
        checkpoint = new(connection, "PRAGMA wal_checkpoint(PASSIVE)");
        shrink = new(connection, "PRAGMA incremental_vacuum(1024)");
        RememberOldest();
    }

    /// <summary>Bytes inside the file that hold nothing and are used before the file grows.</summary>
    public long ReusableBytes => freePages.Scalar() * PageBytes;

    /// <summary>Opens the file, or makes it. Throws <see cref="SqliteException"/>; a damaged file is not repaired here.</summary>
    public static JournalDatabase Open(string path, JournalDurability durability, long maxQuarantineBytes)
    {
        SqliteConnection connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            // The vacuum mode must stand before the first table.
            Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, durability == JournalDurability.Fsync ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            Execute(connection, $"PRAGMA wal_autocheckpoint = {CheckpointPages}");
            Execute(connection, $"PRAGMA journal_size_limit = {4 * CheckpointPages * PageBytes}");
            Execute(connection, "PRAGMA cache_size = -8192");
            using (SqlStatement version = new(connection, "PRAGMA user_version"))
            {
                if (version.Scalar() > SchemaVersion)
                    throw new JournalUnavailableException($"The journal {path} was written by a newer version of this program; start that version.");
            }

            Execute(connection, "CREATE TABLE IF NOT EXISTS block (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes BLOB NOT NULL)");
            Execute(connection, "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, position INTEGER NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID");
            Execute(connection, "CREATE TABLE IF NOT EXISTS quarantine "
                + "(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, bytes BLOB NOT NULL)");
            Execute(connection, $"PRAGMA user_version = {SchemaVersion}");
            return new JournalDatabase(connection, maxQuarantineBytes);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (SqlStatement statement in (ReadOnlySpan<SqlStatement>)[
            begin, commit, rollback, insertBlock, setState, removeState, insertQuarantine, trimQuarantine, oldestBlocks, neededBlock,
            releaseBound, releasedBytes, release, freePages, shrink, checkpoint])
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    /// <summary>Writes the plan as one transaction, synced at the level of the journal. Throws <see cref="SqliteException"/>; then nothing of it holds.</summary>
    public CommitOutcome Commit(CommitPlan plan)
    {
        CommitOutcome outcome;
        begin.Run();
        try
        {
            foreach (PendingBlock block in plan.Blocks)
            {
                insertBlock.Bind(1, block.First).Bind(2, block.Count).Bind(3, block.Bytes).Run();
            }

            SetState(HeadName, plan.Head, plan.CursorCount);
            foreach ((string name, long position) in plan.Cursors)
            {
                SetState(CursorPrefix + name, position, 0);
            }

            foreach (string name in plan.RemovedCursors)
            {
                removeState.Bind(1, CursorPrefix + name).Run();
            }

            long quarantined = Quarantine(plan.Quarantined);
            (long released, bool hasMore) = Release(plan.Release);
            outcome = new CommitOutcome(released, hasMore, quarantined);
            commit.Run();
        }
        catch
        {
            RollBack();
            throw;
        }

        if (oldestLast == 0 || outcome.ReleasedBytes > 0)
            RememberOldest();
        return outcome;
    }

    /// <summary>Gives unused pages back to the volume, a few megabytes at a time, when there are many.</summary>
    public void Shrink()
    {
        if (freePages.Scalar() <= MaxFreePages)
            return;
        shrink.Run();

        // The file itself grows shorter when the log has gone into it.
        checkpoint.Run();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqlStatement statement = new(connection, sql);
        statement.Run();
    }

    private void RollBack()
    {
        try
        {
            rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself; the failure that led here is the one to tell.
        }
    }

    private long Quarantine(List<QuarantinedRange> ranges)
    {
        long records = 0;
        foreach (QuarantinedRange range in ranges)
        {
            insertQuarantine.Bind(1, range.First).Bind(2, range.Last).Bind(3, range.Reason).Bind(4, range.At).Bind(5, range.Bytes);

            // A row comes back only when the range is new; a reader that starts over meets the same damage again.
            if (insertQuarantine.Step())
            {
                records += range.Records;
                insertQuarantine.Run();
            }
        }

        if (ranges.Count > 0)
            trimQuarantine.Bind(1, maxQuarantineBytes).Run();
        return records;
    }

    private (long Bytes, bool HasMore) Release(long upTo)
    {
        if (oldestLast == 0 || upTo < oldestLast || !neededBlock.Bind(1, upTo + 1).Step())
            return (0, false);

        // All blocks before the one that holds the next record are done with, whatever their counts say; that one goes too
        // when it ends at the cursor.
        long bound = neededBlock.Number(0);
        if (bound + neededBlock.Number(1) - 1 <= upTo)
            bound++;
        neededBlock.Reset();
        long limit = releaseBound.Bind(1, bound).Scalar();
        if (limit > 0)
            bound = limit;
        long bytes = releasedBytes.Bind(1, bound).Scalar();
        release.Bind(1, bound).Run();
        return (bytes, limit > 0);
    }

    /// <summary>Keeps the position up to which nothing can be released, so that most commits need not ask.</summary>
    public void RememberOldest()
    {
        oldestLast = 0;
        if (!oldestBlocks.Step())
            return;
        oldestLast = oldestBlocks.Number(0) + oldestBlocks.Number(1) - 1;
        if (oldestBlocks.Step())
            oldestLast = Math.Min(oldestLast, oldestBlocks.Number(0) - 1);
        oldestBlocks.Reset();
    }
}
