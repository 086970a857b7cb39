using DuckDB.NET.Data;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Recovery;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>
/// Opens the store's file, whatever state it is in. A damaged write-ahead log is set aside first: without it the file opens at its last
/// checkpoint, and the journal still has what came after. Only a file that does not open even so makes way for a new one.
/// </summary>
internal static class StoreOpener
{
    private const string LogSuffix = ".wal";

    // DuckDB has one kind of error for all of these; what is not damage must never cost a file its name.
    private static readonly string[] NotDamage =
    [
        "lock on file", "Permission denied", "No space left", "Input/output error", "Cannot open file", "Read-only file system",
        "File too large", "Too many open files", "Out of Memory", "failed to allocate",
    ];

    /// <returns>The open file, and what was set aside in one line, or null.</returns>
    /// <exception cref="DuckDBException">The file cannot be opened at the moment, for a reason that is no damage.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static (StoreFile File, string? SetAside) Open(string path, EmbeddedOptions options, TimeProvider time, ILogger logger)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var now = time.GetUtcNow();
        if (TryOpen(path, options, now, out var reason) is { } file) return (file, null);
        if (File.Exists(path) && File.Exists(path + LogSuffix))
        {
            var log = DamagedFile.SetAside(path + LogSuffix, now);
            EmbeddedLog.LogSetAside(logger, path, reason, log);
            var noLog = reason;
            if (TryOpen(path, options, now, out reason) is { } checkpointed)
            {
                return (checkpointed, $"a damaged write-ahead log ({noLog}) is kept as {Path.GetFileName(log)}");
            }
        }

        var aside = DamagedFile.SetAside(path, now, LogSuffix);
        EmbeddedLog.FileSetAside(logger, path, reason, aside);
        return (StoreFile.Open(path, options, now.ToUnixTimeMilliseconds()), $"a damaged store ({reason}) is kept as {Path.GetFileName(aside)}");
    }

    private static StoreFile? TryOpen(string path, EmbeddedOptions options, DateTimeOffset now, out string reason)
    {
        try
        {
            reason = "";
            // A log without its file belongs to nothing; DuckDB would replay it into a new file.
            if (!File.Exists(path) && File.Exists(path + LogSuffix)) throw new InvalidDataException("its file is missing");
            return StoreFile.Open(path, options, now.ToUnixTimeMilliseconds());
        }
        catch (Exception damage) when (damage is InvalidDataException or DuckDBException && !IsPassing(damage))
        {
            reason = OneLine(damage);
            return null;
        }
    }

    /// <summary>The first line of an error's message.</summary>
    public static string OneLine(Exception error) => error.Message.AsSpan().Trim() is var message && message.IndexOfAny('\r', '\n') is >= 0 and var end
        ? message[..end].ToString()
        : message.ToString();

    private static bool IsPassing(Exception error) =>
        Array.Exists(NotDamage, words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase));
}
