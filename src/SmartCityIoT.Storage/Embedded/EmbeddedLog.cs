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

    [LoggerMessage(4156, LogLevel.Information, "Dropped {Tables} tables of samples older than {Days} days")]
    public static partial void Dropped(ILogger logger, int tables, int days);
}
