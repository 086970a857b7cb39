using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded;

/// <content>Where the days lie: tables, and files that the database names.</content>
internal sealed partial class StoreFile
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> appended = new(StringComparer.Ordinal);
    private DayTable[] tables;
    private DayFile[] files;

    /// <summary>Every table and file that questions read; a new array after each change, so that readers need no lock.</summary>
    public IReadOnlyList<DayTable> Tables => Volatile.Read(ref tables);

    /// <summary>Every file that the database names, also one that cannot be read at present.</summary>
    public IReadOnlyList<DayFile> Files => Volatile.Read(ref files);

    /// <summary>Who may still read what <see cref="Tables"/> named a while ago.</summary>
    public StoreReaders Readers { get; } = new();

    /// <summary>Rows that a table got since the file was opened. The writer's.</summary>
    public long RowsSinceOpened(DayTable table) => appended.GetValueOrDefault(table.Name);

    /// <summary>Changes what questions read from here on. From any thread.</summary>
    public void Publish(IReadOnlyCollection<DayTable> gone, IReadOnlyCollection<DayTable> added)
    {
        lock (gate)
        {
            var names = gone.Select(table => (table.Name, table.FilePath)).ToHashSet();
            Volatile.Write(ref tables, [.. tables.Where(table => !names.Contains((table.Name, table.FilePath))), .. added]);
        }
    }

    /// <summary>Records in one transaction where days lie now, and checkpoints it. Questions must no longer read what goes.</summary>
    public void Commit(DayChange change)
    {
        using (var transaction = connection.BeginTransaction())
        {
            if (change.Added is { } added) Sql.Execute(connection, added.InsertStatement);
            foreach (var table in change.Dropped)
            {
                Sql.Execute(connection, $"DROP TABLE {table.Qualified}");
                Sql.Execute(connection, $"DELETE FROM tele.main.day_table WHERE name = {Sql.Text(table.Name)}");
            }

            foreach (var file in change.Forgotten) Sql.Execute(connection, $"DELETE FROM tele.main.day_file WHERE file = {Sql.Text(file)}");
            transaction.Commit();
        }

        var kept = files.Where(file => !change.Forgotten.Contains(file.File));
        Volatile.Write(ref files, change.Added is null ? [.. kept] : [.. kept, change.Added]);
        Checkpoint(wait: true);
    }

    /// <summary>Takes files into the database that lie in the folder and that it does not name. Rows from here on are numbered after theirs.</summary>
    public void Adopt(IReadOnlyCollection<DayFile> found)
    {
        var next = Math.Max(Cursor.NextOrder, found.Max(file => file.LastOrder) + 1);
        var cursor = Cursor with { NextOrder = next };
        using (var transaction = connection.BeginTransaction())
        {
            foreach (var file in found) Sql.Execute(connection, file.InsertStatement);
            Sql.Execute(connection, cursor.InsertStatement);
            transaction.Commit();
        }

        Cursor = cursor;
        Volatile.Write(ref files, [.. files, .. found]);
        Checkpoint(wait: true);
    }
}
