using System.Collections.Concurrent;
using DuckDB.NET.Data;
using Microsoft.Extensions.Logging;
using SmartCityIoT.Storage.Recovery;

namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>Files against the manifest: what is missing, damaged or newer than this program is left out of questions and named.</summary>
internal sealed class DayChecks(DayFolder folder, TimeProvider time, ILogger logger)
{
    private const int NoticesTold = 3;

    private readonly ConcurrentDictionary<string, string> notices = new(StringComparer.Ordinal);

    /// <summary>What a person should know, in one line; null when all is well.</summary>
    public string? Notice
    {
        get
        {
            if (notices.IsEmpty) return null;
            var all = notices.OrderBy(notice => notice.Key, StringComparer.Ordinal).Select(notice => notice.Value).ToArray();
            return string.Join("; ", all.Take(NoticesTold)) + (all.Length > NoticesTold ? $"; and {all.Length - NoticesTold} more, see the log" : "");
        }
    }

    public void Clear() => notices.Clear();

    /// <param name="subject">A file's name, or another that takes the notice back.</param>
    public void Tell(string subject, string? notice)
    {
        if (notice is null) notices.TryRemove(subject, out _);
        else notices[subject] = notice;
    }

    /// <summary>What a look at the folder tells: presence, length and version. Bytes are read later.</summary>
    public bool IsUsable(DayFile file)
    {
        if (file.Format > DayFile.CurrentFormat)
        {
            Tell(file.File, $"{file.File} has the format {file.Format}, which only a newer program reads; it is left as it is");
            EmbeddedLog.DayNewer(logger, file.File, file.Format, DayFile.CurrentFormat);
            return false;
        }

        var path = folder.PathOf(file.File);
        if (!File.Exists(path))
        {
            TellMissing(file);
            return false;
        }

        var bytes = new FileInfo(path).Length;
        if (bytes == file.Bytes) return true;
        SetAside(file, $"it has {bytes} bytes instead of {file.Bytes}");
        return false;
    }

    /// <summary>Reads a file whole. Null when it is as the manifest says.</summary>
    public string? FaultOf(DayFile file, CancellationToken cancellationToken)
    {
        try
        {
            return DayFolder.Checksum(folder.PathOf(file.File), cancellationToken) == file.Sha256 ? null : "its checksum is another";
        }
        catch (FileNotFoundException)
        {
            return "it is missing";
        }
        catch (IOException unreadable)
        {
            return StoreOpener.OneLine(unreadable);
        }
    }

    /// <summary>Takes a file out of questions and out of the way. Its row stays: put back as it was, the file is used again.</summary>
    public void Remove(StoreFile open, DayTable table, string reason)
    {
        open.Publish([table], []);
        if (File.Exists(table.FilePath)) SetAside(table.File!, reason);
        else TellMissing(table.File!);
    }

    /// <summary>A question failed: looks whether a file was the reason.</summary>
    /// <returns>Whether the question is worth asking again without it.</returns>
    public bool Suspect(StoreFile open, DuckDBException failed, CancellationToken cancellationToken)
    {
        if (failed.ErrorType is DuckDB.NET.Native.DuckDBErrorType.OutOfMemory or DuckDB.NET.Native.DuckDBErrorType.Interrupt) return false;
        var files = open.Tables.Where(table => table.File is not null).ToArray();
        var named = files.Where(table => failed.Message.Contains(table.File!.File, StringComparison.Ordinal)).ToArray();
        // Another question, or a check, was faster.
        if (named.Length == 0 && failed.Message.Contains(DayFile.Extension, StringComparison.Ordinal)) return true;
        var found = false;
        // Not every error says in which file it is.
        foreach (var table in named.Length > 0 ? named : [.. files.OrderByDescending(table => table.Day)])
        {
            if (FaultOf(table.File!, cancellationToken) is not { } reason) continue;
            Remove(open, table, reason);
            found = true;
            if (named.Length == 0) break;
        }

        return found;
    }

    private void SetAside(DayFile file, string reason)
    {
        var aside = Path.GetFileName(DamagedFile.SetAside(folder.PathOf(file.File), time.GetUtcNow()));
        Tell(file.File, $"the closed day {file.Title} is damaged ({reason}) and kept as {aside}; put {file.File} back into {folder.Path} from a backup");
        EmbeddedLog.DaySetAside(logger, file.File, reason, aside);
    }

    private void TellMissing(DayFile file)
    {
        Tell(file.File, $"the closed day {file.Title} is missing; put {file.File} back into {folder.Path} from a backup");
        EmbeddedLog.DayMissing(logger, file.File, folder.Path);
    }
}
