using DuckDB.NET.Data;
using DuckDB.NET.Native;
using SmartCityIoT.Storage.Embedded.Days;
using SmartCityIoT.Telemetry.Readings;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// An open DuckDB instance with the store's file attached. The writer's calls belong to one caller at a time; readers take a lease and
/// ask on connections of their own. After a failed write the instance is closed, when its last reader has gone, and another is opened.
/// </summary>
internal sealed partial class StoreFile
{
    private readonly DuckDBConnection connection;
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int leases = 1;
    private bool isClosing;
    private int storedTags;

    private StoreFile(DuckDBConnection connection, string path, StoreCursor cursor)
    {
        this.connection = connection;
        Path = path;
        Cursor = cursor;
        tables = [.. Sql.Read(connection, DayTable.SelectStatement, DayTable.Read, default)];
        files = [.. Sql.Read(connection, DayFile.SelectStatement, row => DayFile.Parse(row.GetString(0)), default)];
        Tags = Sql.Read(
            connection,
            "SELECT site, area, model FROM tele.main.series_tags ORDER BY id",
            row => new SeriesTags(row.GetString(0), row.GetString(1), row.GetString(2)),
            default);
        storedTags = Tags.Count;
    }

    public string Path { get; }

    /// <summary>Where the file stands as of the last commit.</summary>
    public StoreCursor Cursor { get; private set; }

    /// <summary>Placements in the file when it was opened.</summary>
    public IReadOnlyList<SeriesTags> Tags { get; }

    /// <summary>Bytes of the write-ahead log.</summary>
    public long LogBytes => new FileInfo(Path + ".wal") is { Exists: true } log ? log.Length : 0;

    /// <summary>Opens the file, creating it where it is missing.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or not one of ours.</exception>
    /// <exception cref="DuckDBException">Damage too, or no permission, no space, another process, …</exception>
    public static StoreFile Open(string path, EmbeddedOptions options, long now)
    {
        var isNew = !File.Exists(path);
        // The limit of memory comes after the replay of the log, which may for once need more. No checkpoint happens by itself, so that
        // the store knows what is durable, and none on the way out: an instance that failed must not write again.
        var connection = new DuckDBConnection(
            $"DataSource=:memory:;threads={options.Threads};checkpoint_threshold=1TB;autoinstall_known_extensions=false;autoload_known_extensions=false");
        try
        {
            connection.Open();
            Sql.Execute(connection, "PRAGMA disable_checkpoint_on_shutdown");
            Sql.Execute(connection, $"SET temp_directory = {Sql.Text(path + ".tmp")}");
            // Thirty days of one device take half the time when the files' footers need not be read again.
            Sql.Execute(connection, "SET parquet_metadata_cache = true");
            Sql.Execute(connection, $"ATTACH {Sql.Text(path)} AS {Sql.Catalog}");
            if (isNew) StoreCursor.Create(connection, now);
            StoreLength.Check(connection, path);
            var file = new StoreFile(connection, path, StoreCursor.Load(connection));
            file.Checkpoint(wait: true);
            Sql.Execute(connection, $"SET memory_limit = '{options.MemoryLimitMegabytes}MB'");
            return file;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure of a table for each buffer that has rows. Their creation is committed and checkpointed by itself.</summary>
    public void CreateTables(IReadOnlyList<RowBuffer> buffers)
    {
        var missing = new List<(RowBuffer Buffer, DayTable Table)>();
        foreach (var buffer in buffers)
        {
            if (TableFor(buffer) is not null || missing.Exists(m => m.Table.Takes(buffer.Layout, buffer.Day))) continue;
            missing.Add((buffer, DayTable.For(buffer.Layout, buffer.Day, NextPart(buffer, missing.Select(m => m.Table)))));
        }

        if (missing.Count == 0) return;
        using (var transaction = connection.BeginTransaction())
        {
            foreach (var (buffer, table) in missing)
            {
                Sql.Execute(connection, buffer.Layout.CreateStatement(table.Name));
                Sql.Execute(connection, table.InsertStatement);
            }

            transaction.Commit();
        }

        // A log with changes of the schema in it is where DuckDB's recovery has had its defects: it never holds one for long.
        Checkpoint(wait: true);
        Publish([], [.. missing.Select(m => m.Table)]);
    }

    /// <summary>Appends the rows and moves the cursor, in one transaction.</summary>
    /// <param name="tags">All placements that rows name, the stored ones first.</param>
    public void Append(IReadOnlyList<RowBuffer> buffers, IReadOnlyList<SeriesTags> tags, long position, long nextOrder)
    {
        var cursor = Cursor with { Position = position, NextOrder = nextOrder };
        using (var transaction = connection.BeginTransaction())
        {
            foreach (var buffer in buffers)
            {
                // Without the transaction an appender would commit by itself every 204,800 rows.
                using var appender = connection.CreateAppender(Sql.Catalog, "main", TableFor(buffer)!.Name);
                buffer.WriteTo(appender);
            }

            for (var id = storedTags; id < tags.Count; id++)
            {
                Sql.Execute(
                    connection,
                    $"INSERT INTO tele.main.series_tags VALUES ({id}, {Sql.Text(tags[id].Site)}, {Sql.Text(tags[id].Area)}, {Sql.Text(tags[id].Model)})");
            }

            Sql.Execute(connection, cursor.InsertStatement);
            transaction.Commit();
        }

        Cursor = cursor;
        storedTags = tags.Count;
        foreach (var buffer in buffers) appended[TableFor(buffer)!.Name] = RowsSinceOpened(TableFor(buffer)!) + buffer.Count;
    }

    /// <summary>Makes everything committed part of the file proper and empties the log.</summary>
    /// <param name="wait">Wait for questions that hold an older state, rather than give up.</param>
    /// <returns>False when a question was in the way.</returns>
    public bool Checkpoint(bool wait)
    {
        try
        {
            Sql.Execute(connection, wait ? "FORCE CHECKPOINT tele" : "CHECKPOINT tele");
            return true;
        }
        catch (DuckDBException busy) when (!wait && busy.ErrorType == DuckDBErrorType.Transaction)
        {
            return false;
        }
    }

    /// <summary>Forgets the cursors of former flushes.</summary>
    public void Prune()
    {
        Sql.Execute(connection, StoreCursor.PruneStatement);
        Checkpoint(wait: true);
    }

    /// <summary>A reader's hold on the instance; false once it is closing.</summary>
    public bool TryAcquire()
    {
        for (var seen = Volatile.Read(ref leases); seen > 0;)
        {
            var before = Interlocked.CompareExchange(ref leases, seen + 1, seen);
            if (before == seen) return true;
            seen = before;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref leases) > 0) return;
        try
        {
            connection.Dispose();
        }
        catch (DuckDBException)
        {
            // An instance that failed may complain once more while it is taken down; it is gone all the same.
        }
        finally
        {
            closed.TrySetResult();
        }
    }

    /// <summary>A connection of a reader's own; needs a lease.</summary>
    public DuckDBConnection Connect()
    {
        var reader = connection.Duplicate();
        reader.Open();
        return reader;
    }

    /// <summary>Gives up the writer's hold and completes when the last reader has gone and the file is closed.</summary>
    public Task CloseAsync()
    {
        if (!Interlocked.Exchange(ref isClosing, true)) Release();
        return closed.Task;
    }

    private DayTable? TableFor(RowBuffer buffer) => Array.Find(Volatile.Read(ref tables), table => table.Takes(buffer.Layout, buffer.Day));

    private int NextPart(RowBuffer buffer, IEnumerable<DayTable> missing) => 1 + Tables
        .Concat(missing)
        .Where(table => table.IsOf(buffer.Layout, buffer.Day))
        .Select(table => table.Part)
        .Concat(Files
            .Where(file => file.Day == buffer.Day && file.Kind == buffer.Layout.Kind && file.Schema == buffer.Layout.Schema.Number && file.Sector == buffer.Layout.Schema.SectorName)
            .Select(file => file.Part))
        .DefaultIfEmpty(0)
        .Max();
}
