using Microsoft.Data.Sqlite;

namespace SmartCityIoT.Journal;

/// <summary>A reader's own connection. Every question is one short read transaction, so that the write-ahead log can start over behind it.</summary>
internal sealed class BlockFinder : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqlStatement holding;
    private readonly SqlStatement following;
    private readonly SqlStatement followingKey;
    private readonly SqlStatement lastKeys;

    public BlockFinder(string path)
    {
        connection = JournalDatabase.Connect(path, SqliteOpenMode.ReadOnly);
        holding = new(connection, "SELECT first, count, bytes FROM block WHERE first <= ? ORDER BY first DESC LIMIT 1");
        following = new(connection, "SELECT first, count, bytes FROM block WHERE first > ? ORDER BY first LIMIT 1");
        followingKey = new(connection, "SELECT first FROM block WHERE first > ? ORDER BY first LIMIT 1");
        lastKeys = new(connection, "SELECT first FROM block WHERE first > ? ORDER BY first DESC");
    }

    public void Dispose()
    {
        holding.Dispose();
        following.Dispose();
        followingKey.Dispose();
        lastKeys.Dispose();
        connection.Dispose();
    }

    /// <summary>The block that holds the position, or the last one before it.</summary>
    public bool TryReadHolding(long position, ref byte[] buffer, out BlockRow row) => TryRead(holding, position, ref buffer, out row);

    /// <summary>The first block that begins after the position.</summary>
    public bool TryReadFollowing(long position, ref byte[] buffer, out BlockRow row) => TryRead(following, position, ref buffer, out row);

    /// <summary>
    /// First position of the first block after the position that can still be reached, without reading its bytes; null when
    /// none can. Where the way forward is damaged the way back from the end is taken. Does not throw on damage.
    /// </summary>
    public long? NextReachable(long position)
    {
        try
        {
            long key = followingKey.Bind(1, position).Scalar();
            return key > 0 ? key : null;
        }
        catch (SqliteException exception) when (JournalFile.IsDamage(exception))
        {
            long? reached = null;
            try
            {
                lastKeys.Bind(1, position);
                while (lastKeys.Step())
                {
                    reached = lastKeys.Number(0);
                }
            }
            catch (SqliteException second) when (JournalFile.IsDamage(second))
            {
                // As far as the way back leads.
            }

            return reached;
        }
    }

    private static bool TryRead(SqlStatement statement, long position, ref byte[] buffer, out BlockRow row)
    {
        row = default;
        if (!statement.Bind(1, position).Step())
            return false;
        try
        {
            ReadOnlySpan<byte> bytes = statement.Blob(2);
            if (buffer.Length < bytes.Length)
                buffer = new byte[Math.Max(bytes.Length, buffer.Length * 2)];
            bytes.CopyTo(buffer);
            row = new BlockRow(statement.Number(0), (int)Math.Clamp(statement.Number(1), -1, int.MaxValue), bytes.Length);
            return true;
        }
        finally
        {
            statement.Reset();
        }
    }
}
