using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Embedded;

/// <summary>Log lines of the embedded store, events 4150 to 4199.</summary>
internal static partial class EmbeddedLog
{
    [LoggerMessage(4150, LogLevel.Information, "The store {Path} is open and holds the journal to position {Position} in {Tables} tables")]
    public static partial void Opened(ILogger logger, string path, long position, int tables);

    [LoggerMessage(4151, LogLevel.Error, "The write-ahead log of the store {Path} was damaged ({Reason}) and is kept as {Aside}; the store goes on from its last checkpoint, and the journal fills the rest in")]
    public static partial void LogSetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(4152, LogLevel.Error, "The store {Path} was damaged ({Reason}) and is kept as {Aside}; a new one starts without the old history")]
    public static partial void FileSetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(4153, LogLevel.Warning, "The store could not be written: {Reason}. It is tried again in {Delay}")]
    public static partial void Retrying(ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(4154, LogLevel.Information, "The store is written again")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(4155, LogLevel.Warning, "The store's checkpoint failed: {Reason}. The file is opened again before the next flush")]
    public static partial void CheckpointFailed(ILogger logger, string reason);

    [LoggerMessage(4156, LogLevel.Information, "Dropped {Count} tables and files of days past their retention")]
    public static partial void Dropped(ILogger logger, int count);

    [LoggerMessage(4157, LogLevel.Information, "The {Day} is closed: {File} has {Rows} rows in {Kilobytes} KB")]
    public static partial void DayClosed(ILogger logger, string day, string file, long rows, long kilobytes);

    [LoggerMessage(4158, LogLevel.Warning, "The table {Table} could not become a file: {Reason}. Its rows stay in the database, and it is tried again in {Delay}")]
    public static partial void DayNotClosed(ILogger logger, string table, string reason, TimeSpan delay);

    [LoggerMessage(4159, LogLevel.Error, "The closed day {File} was damaged ({Reason}) and is kept as {Aside}; the other days answer")]
    public static partial void DaySetAside(ILogger logger, string file, string reason, string aside);

    [LoggerMessage(4160, LogLevel.Error, "The closed day {File} is missing from {Folder}; the other days answer")]
    public static partial void DayMissing(ILogger logger, string file, string folder);

    [LoggerMessage(4161, LogLevel.Error, "The closed day {File} has the format {Format}, and this program knows formats up to {Known}; it is left as it is")]
    public static partial void DayNewer(ILogger logger, string file, int format, int known);

    [LoggerMessage(4162, LogLevel.Information, "Took in {Files} files of closed days from {Folder} that the database did not name")]
    public static partial void DaysAdopted(ILogger logger, int files, string folder);

    [LoggerMessage(4163, LogLevel.Warning, "The file {File} is no closed day that can be read ({Reason}); it is left where it is")]
    public static partial void DayUnknown(ILogger logger, string file, string reason);

    [LoggerMessage(4164, LogLevel.Warning, "The manifest of closed days could not be written: {Reason}. The next change writes it again")]
    public static partial void ManifestNotWritten(ILogger logger, string reason);

    [LoggerMessage(4165, LogLevel.Warning, "The file {File} of a day that is no longer needed could not be deleted: {Reason}")]
    public static partial void DayNotDeleted(ILogger logger, string file, string reason);
}
