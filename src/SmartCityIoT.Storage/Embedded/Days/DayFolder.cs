using System.Security.Cryptography;
using System.Text.Json;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>The folder of closed days: Parquet files, and <c>manifest.jsonl</c> that names them in a form that any tool reads.</summary>
internal sealed class DayFolder(string path)
{
    /// <summary>What a file is called until it is whole.</summary>
    public const string WorkSuffix = ".tmp";

    private const string ManifestName = "manifest.jsonl";

    public string Path => path;

    /// <summary>Where sorting puts what does not fit into its memory.</summary>
    public string SortFolder => PathOf("sort" + WorkSuffix);

    /// <summary>The folder that belongs to a store's database file.</summary>
    public static DayFolder Of(string storePath) => new(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(storePath))!, "days"));

    public string PathOf(string file) => System.IO.Path.Combine(path, file);

    /// <summary>Creates the folder where it is missing and removes what a process left behind that died at its work.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(path);
        foreach (var leftover in Directory.GetFiles(path, "*" + WorkSuffix)) File.Delete(leftover);
        if (Directory.Exists(SortFolder)) Directory.Delete(SortFolder, recursive: true);
    }

    /// <summary>Names of the Parquet files that are there, whether or not anything names them.</summary>
    public IReadOnlyList<string> Files() => [.. Directory.GetFiles(path, "*" + DayFile.Extension).Select(file => System.IO.Path.GetFileName(file))];

    /// <summary>Gives a whole file its name: its bytes first, then its name are on the disk when this returns.</summary>
    public void Publish(string work, string file)
    {
        DiskSync.SyncFile(work);
        File.Move(work, PathOf(file));
        DiskSync.SyncDirectory(path);
    }

    /// <summary>Writes the manifest anew, so that a reader finds the old one or the new one whole.</summary>
    public void WriteManifest(IEnumerable<DayFile> files)
    {
        var work = PathOf(ManifestName + WorkSuffix);
        File.WriteAllLines(work, files.Select(file => file.ToJson()));
        DiskSync.SyncFile(work);
        File.Move(work, PathOf(ManifestName), overwrite: true);
        DiskSync.SyncDirectory(path);
    }

    /// <summary>The manifest's lines that can be read, by file; empty where there is none.</summary>
    public IReadOnlyDictionary<string, DayFile> ReadManifest()
    {
        var files = new Dictionary<string, DayFile>(StringComparer.Ordinal);
        if (!File.Exists(PathOf(ManifestName))) return files;
        foreach (var line in File.ReadLines(PathOf(ManifestName)))
        {
            try
            {
                var file = DayFile.Parse(line);
                files[file.File] = file;
            }
            catch (JsonException)
            {
                // A line that cannot be read costs nothing: the file itself says what is in it.
            }
        }

        return files;
    }

    /// <summary>SHA-256 of a file in lower case hex.</summary>
    public static string Checksum(string file, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 20, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
