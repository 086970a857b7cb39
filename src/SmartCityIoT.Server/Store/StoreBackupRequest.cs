using SmartCityIoT.Storage.Embedded.Backup;

namespace SmartCityIoT.Server.Store;

/// <summary>
/// How a command asks the running platform for a backup: two files in the store's folder, so that who may write the data directory may ask,
/// and nobody else. <c>backup.request</c> holds the target; the platform answers line by line in <c>backup.answer</c>, whose last line is
/// <see cref="Done"/> or begins with <see cref="Failure"/>.
/// </summary>
internal static class StoreBackupRequest
{
    public const string Done = "done";

    public const string Failure = "failed: ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static string RequestIn(string dataDirectory) => Path.Combine(dataDirectory, "store", "backup.request");

    public static string AnswerIn(string dataDirectory) => Path.Combine(dataDirectory, "store", "backup.answer");

    /// <summary>Asks, and passes the platform's lines on until it is done.</summary>
    /// <exception cref="StoreBackupException">The platform does not answer, or failed; one line.</exception>
    public static async Task AskAsync(string dataDirectory, string target, Action<string> tell, CancellationToken cancellation)
    {
        var request = RequestIn(dataDirectory);
        var answer = AnswerIn(dataDirectory);
        if (File.Exists(request) || File.Exists(answer)) throw new StoreBackupException($"another backup is under way; if none is, delete {request} and {answer}");
        tell("The platform is running and makes the backup itself");
        await File.WriteAllTextAsync(request + ".tmp", target, cancellation).ConfigureAwait(false);
        File.Move(request + ".tmp", request);
        try
        {
            var asked = TimeProvider.System.GetTimestamp();
            for (var told = 0; ; await Task.Delay(Pause, cancellation).ConfigureAwait(false))
            {
                var lines = File.Exists(answer) ? await ReadAsync(answer, cancellation).ConfigureAwait(false) : [];
                if (lines.Length == 0 && TimeProvider.System.GetElapsedTime(asked) > Patience)
                {
                    throw new StoreBackupException($"the process that holds the store in {dataDirectory} does not answer; stop it and back up then");
                }

                for (; told < lines.Length; told++)
                {
                    if (lines[told] == Done) return;
                    if (lines[told].StartsWith(Failure, StringComparison.Ordinal)) throw new StoreBackupException(lines[told][Failure.Length..]);
                    tell(lines[told]);
                }
            }
        }
        finally
        {
            File.Delete(request);
            File.Delete(answer);
        }
    }

    /// <summary>The lines that are whole.</summary>
    private static async Task<string[]> ReadAsync(string path, CancellationToken cancellation)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var text = await reader.ReadToEndAsync(cancellation).ConfigureAwait(false);
        return text.Split('\n')[..^1];
    }
}
