using System.Globalization;
using DuckDB.NET.Data;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded.Backup;

/// <summary>
/// A consistent copy of the embedded store: the database as one transaction sees it, and the files of the closed days that it names, each
/// with its checksum. A second backup into the same folder copies only what is new, and the first one stays whole until it is done.
/// </summary>
public static class StoreBackup
{
    private const int FilesBetweenLines = 100;

    /// <summary>Backs up a store that no platform has open.</summary>
    /// <param name="storePath">The store's database file.</param>
    /// <param name="target">A folder that is empty, missing, or holds an earlier backup.</param>
    /// <param name="tell">Takes a line for everything a person may want to know.</param>
    /// <exception cref="StoreInUseException">A platform has it open; it can make the backup itself.</exception>
    /// <exception cref="StoreBackupException">One line.</exception>
    public static Task CreateAsync(string storePath, string target, TimeProvider time, Action<string> tell, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            if (!File.Exists(storePath)) throw new StoreBackupException($"there is no embedded store at {storePath}; name the data directory with --data");
            var open = Open(storePath, time);
            try
            {
                Write(open, storePath, target, time, tell, cancellationToken);
            }
            finally
            {
                await open.CloseAsync().ConfigureAwait(false);
            }
        },
        cancellationToken);

    /// <summary>Writes the backup of an open store, beside its writer and its questions.</summary>
    internal static void Write(StoreFile open, string storePath, string target, TimeProvider time, Action<string> tell, CancellationToken cancellationToken)
    {
        target = Path.GetFullPath(target);
        var earlier = Prepare(target, storePath);
        var now = time.GetUtcNow();
        // The files that the copied database names must stay where they are until they are copied too.
        var present = open.Readers.Enter();
        try
        {
            tell("Copying the database");
            var database = FreeName(target, now);
            var (position, days) = CopyDatabase(open, Path.Combine(target, database));
            var kept = CopyDays(DayFolder.Of(storePath), new DayFolder(Path.Combine(target, "days")), days, earlier, tell, cancellationToken);
            var manifest = new BackupManifest(
                BackupManifest.CurrentFormat, now, position, database,
                new FileInfo(Path.Combine(target, database)).Length, DayFolder.Checksum(Path.Combine(target, database), cancellationToken), kept);
            manifest.Write(target);
            RemoveOld(target, manifest);
            tell($"The backup in {target} is complete: journal position {position}, {kept.Count} closed days"
                + (kept.Count < days.Count ? $"; {days.Count - kept.Count} days are missing or damaged in the store itself and not in it" : ""));
        }
        catch (DuckDBException failed)
        {
            throw new StoreBackupException($"the backup failed: {StoreOpener.OneLine(failed)}", failed);
        }
        finally
        {
            open.Readers.Leave(present);
        }
    }

    private static StoreFile Open(string storePath, TimeProvider time)
    {
        try
        {
            return StoreFile.Open(storePath, new EmbeddedOptions(), time.GetUtcNow().ToUnixTimeMilliseconds());
        }
        catch (DuckDBException held) when (held.Message.Contains("lock on file", StringComparison.OrdinalIgnoreCase))
        {
            throw new StoreInUseException(storePath, held);
        }
        catch (Exception damaged) when (damaged is DuckDBException or InvalidDataException or StoreVersionException)
        {
            throw new StoreBackupException($"the store {storePath} cannot be opened ({StoreOpener.OneLine(damaged)}); start the platform, which sets damage aside, and back up then", damaged);
        }
    }

    private static BackupManifest? Prepare(string target, string storePath)
    {
        var store = Path.GetDirectoryName(Path.GetFullPath(storePath))! + Path.DirectorySeparatorChar;
        if ((target + Path.DirectorySeparatorChar).StartsWith(store, StringComparison.Ordinal)) throw new StoreBackupException($"{target} lies in the store itself; choose a folder outside of it");
        Directory.CreateDirectory(target);
        var earlier = BackupManifest.Read(target);
        if (earlier is null && Directory.EnumerateFileSystemEntries(target).Any())
        {
            throw new StoreBackupException($"{target} is not empty and holds no finished backup; choose another folder, or empty it");
        }

        new DayFolder(Path.Combine(target, "days")).Prepare();
        return earlier;
    }

    private static string FreeName(string target, DateTimeOffset now)
    {
        var stem = "telemetry-" + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var name = stem + ".duckdb";
        for (var copy = 2; File.Exists(Path.Combine(target, name)); copy++) name = $"{stem}-{copy}.duckdb";
        return name;
    }

    /// <summary>What one transaction sees. A plain copy of the file would be torn.</summary>
    private static (long Position, IReadOnlyList<DayFile> Days) CopyDatabase(StoreFile open, string target)
    {
        var work = target + DayFolder.WorkSuffix;
        File.Delete(work);
        using (var reader = open.Connect())
        {
            Sql.Execute(reader, $"ATTACH {Sql.Text(work)} AS backup");
            try
            {
                Sql.Execute(reader, $"COPY FROM DATABASE {Sql.Catalog} TO backup");
                Sql.Execute(reader, "CHECKPOINT backup");
                var position = Sql.Read(reader, "SELECT max(position) FROM backup.main.store_cursor", row => row.GetInt64(0), default)[0];
                var days = Sql.Read(reader, "SELECT line FROM backup.main.day_file ORDER BY day, file", row => DayFile.Parse(row.GetString(0)), default);
                return Named(position, days);
            }
            finally
            {
                Sql.Execute(reader, "DETACH backup");
            }
        }

        (long Position, IReadOnlyList<DayFile> Days) Named(long position, List<DayFile> days)
        {
            DiskSync.SyncFile(work);
            File.Move(work, target);
            return (position, days);
        }
    }

    private static List<DayFile> CopyDays(
        DayFolder from, DayFolder to, IReadOnlyList<DayFile> days, BackupManifest? earlier, Action<string> tell, CancellationToken cancellationToken)
    {
        var there = (earlier?.Days ?? []).ToDictionary(day => day.File, day => day.Sha256, StringComparer.Ordinal);
        var kept = new List<DayFile>();
        foreach (var day in days)
        {
            var target = to.PathOf(day.File);
            var isThere = there.GetValueOrDefault(day.File) == day.Sha256 && File.Exists(target) && DayFolder.Checksum(target, cancellationToken) == day.Sha256;
            if (isThere || TryCopy(day, target)) kept.Add(day);
            if ((kept.Count % FilesBetweenLines) == 0 && kept.Count > 0) tell($"{kept.Count} of {days.Count} closed days");
        }

        to.WriteManifest(kept);
        return kept;

        bool TryCopy(DayFile day, string target)
        {
            try
            {
                if (CheckedCopy.TryCopy(from.PathOf(day.File), target, day.Sha256, cancellationToken)) return true;
                tell($"{day.File} is damaged and not in the backup");
            }
            catch (FileNotFoundException)
            {
                tell($"{day.File} is missing and not in the backup");
            }

            return false;
        }
    }

    private static void RemoveOld(string target, BackupManifest manifest)
    {
        foreach (var old in Directory.GetFiles(target, "telemetry-*.duckdb*").Where(path => Path.GetFileName(path) != manifest.Database)) File.Delete(old);
        var days = manifest.Days.Select(day => day.File).ToHashSet(StringComparer.Ordinal);
        var folder = new DayFolder(Path.Combine(target, "days"));
        foreach (var old in folder.Files().Where(file => !days.Contains(file))) File.Delete(folder.PathOf(old));
    }
}
