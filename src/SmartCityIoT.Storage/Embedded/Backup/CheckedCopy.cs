using System.Security.Cryptography;
using SmartCityIoT.Storage.Embedded.Days;

namespace SmartCityIoT.Storage.Embedded.Backup;

/// <summary>Copies a file so that a copy with the wrong bytes never gets its name.</summary>
internal static class CheckedCopy
{
    /// <returns>False when the source's bytes are not those of the checksum; then there is no copy.</returns>
    /// <exception cref="IOException">The source cannot be read, or the target not written.</exception>
    public static bool TryCopy(string source, string target, string sha256, CancellationToken cancellationToken)
    {
        var work = target + DayFolder.WorkSuffix;
        try
        {
            using (var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 20, FileOptions.SequentialScan))
            using (var to = new FileStream(work, FileMode.Create, FileAccess.Write, FileShare.None))
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            {
                var buffer = new byte[1 << 20];
                for (int read; (read = from.Read(buffer)) > 0;)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    hash.AppendData(buffer, 0, read);
                    to.Write(buffer, 0, read);
                }

                if (Convert.ToHexStringLower(hash.GetHashAndReset()) != sha256) return false;
            }

            DiskSync.SyncFile(work);
            File.Move(work, target, overwrite: true);
            return true;
        }
        finally
        {
            File.Delete(work);
        }
    }
}
