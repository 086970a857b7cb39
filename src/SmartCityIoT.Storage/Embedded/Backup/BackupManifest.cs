using System.Text.Json;
using System.Text.Json.Serialization;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded.Backup;

/// <summary><c>backup.json</c>: what a backup consists of. It is written last, so that a folder without it holds no finished backup.</summary>
/// <param name="Format">See <see cref="CurrentFormat"/>.</param>
/// <param name="CreatedAt">When the database was copied, UTC.</param>
/// <param name="Position">Journal position up to which the readings are in it.</param>
/// <param name="Database">Name of the database file in the folder.</param>
/// <param name="Days">The closed days, under <c>days/</c>.</param>
internal sealed record BackupManifest(
    int Format, DateTimeOffset CreatedAt, long Position, string Database, long DatabaseBytes, string DatabaseSha256, IReadOnlyList<DayFile> Days)
{
    public const int CurrentFormat = 1;

    public const string FileName = "backup.json";

    /// <summary>The backup that a folder holds, or null where there is none.</summary>
    /// <exception cref="StoreBackupException">The file cannot be read, or a newer program wrote it.</exception>
    public static BackupManifest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), BackupManifestJson.Default.BackupManifest) ?? throw new JsonException("It is empty.");
            return manifest.Format <= CurrentFormat
                ? manifest
                : throw new StoreBackupException($"{path} has the format {manifest.Format}, and this program knows formats up to {CurrentFormat}: use the newer program");
        }
        catch (JsonException damaged)
        {
            throw new StoreBackupException($"{path} cannot be read: {damaged.Message}", damaged);
        }
    }

    public void Write(string folder)
    {
        var work = Path.Combine(folder, FileName + DayFolder.WorkSuffix);
        File.WriteAllBytes(work, JsonSerializer.SerializeToUtf8Bytes(this, BackupManifestJson.Default.BackupManifest));
        DiskSync.SyncFile(work);
        File.Move(work, Path.Combine(folder, FileName), overwrite: true);
        DiskSync.SyncDirectory(folder);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupManifestJson : JsonSerializerContext;
