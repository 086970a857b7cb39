using Microsoft.Data.Sqlite;
using SmartCityIoT.Journal;

namespace SmartCityIoT.Benchmarks.Journal;

/// <summary>
/// The journal's bytes in SQLite, as bare as it goes: blocks as rows, write-ahead log, four blocks to a transaction, a reader on
/// a connection of its own, the consumed prefix deleted in the writer's transactions. What the segments are measured by.
/// </summary>
internal sealed class SqliteYardstick(string path, bool isSynced) : IDisposable
{
    private const int BlockBytes = 256 * 1024;
    private const int BlocksPerCommit = 4;

    private readonly SqliteConnection writer = Connect(path, isSynced);
    private long consumed;
    private long committed;

    /// <summary>Writes for a time and returns the records committed.</summary>
    public long Run(TimeSpan time, byte[] payload)
    {
        using CancellationTokenSource stop = new();
        Thread reader = new(() => Read(stop.Token)) { IsBackground = true };
        reader.Start();
        using SqlStatement begin = new(writer, "BEGIN IMMEDIATE");
        using SqlStatement insert = new(writer, "INSERT INTO block (first, count, bytes) VALUES (?, ?, ?)");
        using SqlStatement release = new(writer, "DELETE FROM block WHERE first < ?");
        using SqlStatement commit = new(writer, "COMMIT");
        byte[] block = new byte[BlockBytes];
        long position = 1;
        long started = Environment.TickCount64;
        while (Environment.TickCount64 - started < time.TotalMilliseconds)
        {
            begin.Run();
            for (int i = 0; i < BlocksPerCommit; i++)
            {
                int length = 0;
                int count = 0;
                uint seed = RecordCodec.Seed(position);
                while (length + payload.Length + RecordCodec.MaxOverhead <= block.Length)
                {
                    length += RecordCodec.Write(block.AsSpan(length), seed, count++, 1_790_000_000_000, 1, 1, 1, 0, [], payload);
                }

                insert.Bind(1, position).Bind(2, count).Bind(3, block.AsSpan(0, length)).Run();
                position += count;
            }

            release.Bind(1, Volatile.Read(ref consumed)).Run();
            commit.Run();
            Volatile.Write(ref committed, position - 1);
        }

        stop.Cancel();
        reader.Join();
        return position - 1;
    }

    public void Dispose() => writer.Dispose();

    private static SqliteConnection Connect(string path, bool isSynced)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {(isSynced ? "FULL" : "NORMAL")}; "
            + "PRAGMA wal_autocheckpoint = 256; PRAGMA cache_size = -8192; "
            + "CREATE TABLE IF NOT EXISTS block (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes BLOB NOT NULL)";
        command.ExecuteNonQuery();
        return connection;
    }

    private void Read(CancellationToken stop)
    {
        using SqliteConnection connection = Connect(path, isSynced);
        using SqlStatement next = new(connection, "SELECT first, count, bytes FROM block WHERE first > ? ORDER BY first LIMIT 1");
        byte[] block = new byte[BlockBytes];
        long last = 0;
        long sum = 0;
        while (!stop.IsCancellationRequested)
        {
            if (Volatile.Read(ref committed) == Volatile.Read(ref consumed) || !next.Bind(1, last).Step())
            {
                Thread.Sleep(1);
                continue;
            }

            last = next.Number(0);
            long count = next.Number(1);
            ReadOnlySpan<byte> bytes = next.Blob(2);
            int length = bytes.Length;
            bytes.CopyTo(block);
            next.Reset();
            uint seed = RecordCodec.Seed(last);
            for (int at = 0; RecordCodec.TryRead(block.AsSpan(at, length - at), last, seed, out JournalRecord record, out int size); at += size)
            {
                sum += record.Payload.Length;
            }

            Volatile.Write(ref consumed, last + count - 1);
        }

        GC.KeepAlive(sum);
    }
}
