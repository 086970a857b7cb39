using System.Text.Json;
using DuckDB.NET.Data;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <content>What lies in the folder, and what the database knows of it.</content>
internal sealed partial class DayKeeper
{
    /// <summary>
    /// Takes in the files that the database does not name: all of them where a damaged database was begun anew, one that a kill left
    /// between its writing and its recording, one that a person put back. A file that another holds the rows of is removed.
    /// </summary>
    /// <exception cref="DuckDBException">The database failed; the instance is no longer to be used.</exception>
    public void Adopt(StoreFile open)
    {
        StopAsync().GetAwaiter().GetResult();
        stop.Dispose();
        stop = new CancellationTokenSource();
        Collect(open);

        var known = open.Files.Select(file => file.File).Concat(changes.Where(change => change.Added is not null).Select(change => change.Added!.File)).ToHashSet(StringComparer.Ordinal);
        var strays = folder.Files().Where(file => !known.Contains(file)).ToArray();
        var replaced = open.Tables.Where(table => table.File is not null).SelectMany(table => table.File!.Replaces).ToHashSet(StringComparer.Ordinal);
        foreach (var file in strays.Where(replaced.Contains)) Delete(file);

        var manifest = folder.ReadManifest();
        var found = new List<DayFile>();
        foreach (var stray in strays.Where(file => !replaced.Contains(file)))
        {
            if (Describe(stray, manifest) is { } file) found.Add(file);
        }

        // Also among themselves: with a new database nothing else tells that one file has taken another's place.
        var covered = found.SelectMany(file => file.Replaces).ToHashSet(StringComparer.Ordinal);
        var taken = found.Where(file => !covered.Contains(file.File)).ToArray();
        if (taken.Length > 0)
        {
            open.Adopt(taken);
            Publish(open, taken);
            EmbeddedLog.DaysAdopted(logger, taken.Length, folder.Path);
        }

        foreach (var file in found.Where(file => covered.Contains(file.File))) Delete(file.File);
        WriteManifest(open);
    }

    private void Publish(StoreFile open, IEnumerable<DayFile> files)
    {
        var usable = files.Where(checks.IsUsable).Select(file => file.In(folder)).ToArray();
        open.Publish([], usable);
        // Newest first: those are asked for most.
        foreach (var table in usable.OrderByDescending(table => table.Day)) toCheck.Enqueue(table);
    }

    private DayFile? Describe(string stray, IReadOnlyDictionary<string, DayFile> manifest)
    {
        var path = folder.PathOf(stray);
        var bytes = new FileInfo(path).Length;
        if (manifest.TryGetValue(stray, out var named) && named.Bytes == bytes) return named.Format > DayFile.CurrentFormat ? Newer(named) : named;
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:;threads=1;autoinstall_known_extensions=false;autoload_known_extensions=false");
            connection.Open();
            var lines = Sql.Read(
                connection,
                $"SELECT decode(value) FROM parquet_kv_metadata({Sql.Text(path)}) WHERE decode(key) = {Sql.Text(DayFile.MetadataKey)}",
                row => row.GetString(0),
                default);
            if (lines.Count != 1) throw new InvalidDataException("it does not say what it holds");
            var file = DayFile.Parse(lines[0]) with { File = stray };
            if (file.Format > DayFile.CurrentFormat) return Newer(file);
            return DayMerge.Measure(connection, path, file with { Bytes = bytes, Sha256 = DayFolder.Checksum(path, default) }, default);
        }
        catch (Exception unknown) when (unknown is DuckDBException or InvalidDataException or JsonException or IOException)
        {
            var problem = StoreOpener.OneLine(unknown);
            checks.Tell(stray, $"{stray} in {folder.Path} is not used, as it cannot be read ({problem}); move it away, or put it back from a backup");
            EmbeddedLog.DayUnknown(logger, stray, problem);
            return null;
        }
    }

    private DayFile? Newer(DayFile file)
    {
        checks.IsUsable(file);
        return null;
    }

    private void WriteManifest(StoreFile open)
    {
        try
        {
            folder.WriteManifest(open.Files);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            // The database knows the same, and the next change writes it again.
            EmbeddedLog.ManifestNotWritten(logger, StoreOpener.OneLine(failed));
        }
    }

    private void Delete(string file)
    {
        try
        {
            File.Delete(folder.PathOf(file));
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            EmbeddedLog.DayNotDeleted(logger, file, StoreOpener.OneLine(failed));
        }
    }
}
