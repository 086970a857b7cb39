using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Journal;

/// <summary>Log lines of the journal, events 2000 to 2099.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(2000, LogLevel.Information, "Journal {Path} open at position {Head}, {Bytes} bytes held, durability {Durability}")]
    public static partial void Opened(ILogger logger, string path, long head, long bytes, JournalDurability durability);

    [LoggerMessage(2001, LogLevel.Error, "Journal write failed: {Reason}; nothing of it is acknowledged, the journal goes on in another file")]
    public static partial void Failed(ILogger logger, string reason, Exception exception);

    [LoggerMessage(2002, LogLevel.Warning, "Journal cannot go on yet: {Reason}; next try in {DelayMilliseconds} ms")]
    public static partial void StillFailed(ILogger logger, string reason, int delayMilliseconds);

    [LoggerMessage(2003, LogLevel.Information, "Journal works again at position {Head}")]
    public static partial void Recovered(ILogger logger, long head);

    [LoggerMessage(2004, LogLevel.Error, "Journal {Path} is damaged ({Reason}); set aside as {Aside}")]
    public static partial void SetAside(ILogger logger, string path, string aside, string reason);

    [LoggerMessage(2006, LogLevel.Error, "Journal positions {First} to {Last} cannot be read ({Reason}); quarantined and skipped")]
    public static partial void Quarantined(ILogger logger, long first, long last, string reason);

    [LoggerMessage(2007, LogLevel.Error, "Journal file {Name} is damaged: where the newest state of the cursors is lost an older one holds, and a cursor without one holds everything that is left")]
    public static partial void DamagedState(ILogger logger, string name);

    [LoggerMessage(2008, LogLevel.Error, "A consumer has read to position {Position} but the journal ends at {Head}: its tail is lost; positions go on after {Position}")]
    public static partial void TailLost(ILogger logger, long position, long head);

    [LoggerMessage(2009, LogLevel.Warning, "Journal is full ({Used} of {Limit} bytes used, {Free} free on the volume); appends wait")]
    public static partial void Full(ILogger logger, long used, long limit, long free);

    [LoggerMessage(2010, LogLevel.Information, "Journal has room again ({Used} of {Limit} bytes used)")]
    public static partial void HasRoom(ILogger logger, long used, long limit);

    [LoggerMessage(2011, LogLevel.Warning, "Journal cursor {Name} at {Position} is not among the configured ones and still holds data; remove it if its consumer is gone")]
    public static partial void UnknownCursor(ILogger logger, string name, long position);

    [LoggerMessage(2012, LogLevel.Warning, "Free space of the journal's volume cannot be read: {Reason}")]
    public static partial void FreeSpaceUnknown(ILogger logger, string reason);

    [LoggerMessage(2013, LogLevel.Warning, "Journal file {Path} is not needed but cannot be deleted: {Reason}")]
    public static partial void NotDeleted(ILogger logger, string path, string reason);

    [LoggerMessage(2014, LogLevel.Error, "Journal file {Path} does not read back what was committed to it, at {Offset}: {Reason}")]
    public static partial void NotVerified(ILogger logger, string path, long offset, string reason);
}
