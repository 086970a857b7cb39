using System.Globalization;
using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded.Backup;

/// <summary>Brings a backup back. Everything is verified before anything is touched, and what is replaced is kept under another name.</summary>
public static class StoreRestore
{
    private const int FilesBetweenLines = 100;

    /// <param name="source">Folder of the backup.</param>
    /// <param name="storePath">The store's database file in the data directory of a platform that does not run.</param>
    /// <param name="isReplacing">A store that is there gives way; else it is an error.</param>
    /// <exception cref="StoreInUseException">A platform has the store open.</exception>
    /// <exception cref="StoreBackupException">One line.</exception>
    public static Task RunAsync(string source, string storePath, bool isReplacing, TimeProvider time, Action<string> tell, CancellationToken cancellationToken) =>
        Task.Run(() => Run(Path.GetFullPath(source), Path.GetFullPath(storePath), isReplacing, time, tell, cancellationToken), cancellationToken);

    private static void Run(string source, string storePath, bool isReplacing, TimeProvider time, Action<string> tell, CancellationToken cancellationToken)
    {
        var backup = BackupManifest.Read(source) ?? throw new StoreBackupException($"{source} holds no finished backup: there is no {BackupManifest.FileName} in it");
        Verify(source, backup, tell, cancellationToken);
        var store = Path.GetDirectoryName(storePath)!;
        var isThere = Directory.Exists(store) && Directory.EnumerateFileSystemEntries(store).Any();
        if (isThere)
        {
            EnsureFree(storePath);
            if (!isReplacing) throw new StoreBackupException($"{store} holds a store already; add --replace to put the backup in its place, which keeps the old one under another name");
        }

        var work = store + ".restoring";
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        Copy(source, backup, work, Path.GetFileName(storePath), tell, cancellationToken);
        if (isThere)
        {
            var aside = $"{store}.replaced-{time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture)}";
            Directory.Move(store, aside);
            tell($"The store that was there is kept as {aside}");
        }
        else if (Directory.Exists(store))
        {
            Directory.Delete(store);
        }

        Directory.Move(work, store);
        DiskSync.SyncDirectory(Path.GetDirectoryName(store)!);
        tell($"Restored: {backup.Days.Count} closed days, and the journal to position {backup.Position} of {backup.CreatedAt:yyyy-MM-dd HH:mm:ss}Z.");
        tell($"At its next start the platform adds what its journal still holds after that. What was received between {backup.CreatedAt:yyyy-MM-dd HH:mm:ss}Z and the journal's oldest record is in neither.");
    }

    private static void Verify(string source, BackupManifest backup, Action<string> tell, CancellationToken cancellationToken)
    {
        tell($"Verifying the backup of {backup.CreatedAt:yyyy-MM-dd HH:mm:ss}Z");
        Check(Path.Combine(source, backup.Database), backup.DatabaseSha256);
        for (var index = 0; index < backup.Days.Count; index++)
        {
            Check(Path.Combine(source, "days", backup.Days[index].File), backup.Days[index].Sha256);
            if ((index + 1) % FilesBetweenLines == 0) tell($"{index + 1} of {backup.Days.Count} closed days are right");
        }

        void Check(string path, string sha256)
        {
            if (!File.Exists(path)) throw new StoreBackupException($"{path} is missing from the backup; nothing was changed");
            if (DayFolder.Checksum(path, cancellationToken) != sha256) throw new StoreBackupException($"{path} is damaged: its checksum is not that of {BackupManifest.FileName}; nothing was changed");
        }
    }

    private static void Copy(string source, BackupManifest backup, string work, string database, Action<string> tell, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(work);
        var days = new DayFolder(Path.Combine(work, "days"));
        days.Prepare();
        tell("Copying");
        Copied(Path.Combine(source, backup.Database), Path.Combine(work, database), backup.DatabaseSha256);
        foreach (var day in backup.Days) Copied(Path.Combine(source, "days", day.File), days.PathOf(day.File), day.Sha256);
        days.WriteManifest(backup.Days);
        DiskSync.SyncDirectory(work);

        void Copied(string from, string to, string sha256)
        {
            if (!CheckedCopy.TryCopy(from, to, sha256, cancellationToken)) throw new StoreBackupException($"{from} changed while it was copied; nothing was changed");
        }
    }

    /// <summary>A damaged store may be replaced; one that a platform has open may not.</summary>
    private static void EnsureFree(string storePath)
    {
        if (!File.Exists(storePath)) return;
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            Sql.Execute(connection, $"ATTACH {Sql.Text(storePath)} AS {Sql.Catalog} (READ_ONLY)");
        }
        catch (DuckDBException held) when (held.Message.Contains("lock on file", StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreInUseException(storePath, held);
        }
        catch (DuckDBException)
        {
            // Damaged: that is what backups are for.
        }
    }
}
