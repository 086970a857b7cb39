using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Rollups;

/// <summary>Log lines of the rollups: events 3200 to 3249.</summary>
internal static partial class RollupLog
{
    [LoggerMessage(3200, LogLevel.Information, "Rolling up what {Store} holds from {From:u} on: {Hours} hours in the background")]
    public static partial void Filling(ILogger logger, string store, DateTimeOffset from, int hours);

    [LoggerMessage(3202, LogLevel.Warning, "The rollups wait and try again: {Problem}")]
    public static partial void Waits(ILogger logger, string problem);

    [LoggerMessage(3203, LogLevel.Information, "The rollups go on")]
    public static partial void GoesOn(ILogger logger);

    [LoggerMessage(3204, LogLevel.Warning, "No rollups are made: {Problem}")]
    public static partial void Unsupported(ILogger logger, string problem);

    [LoggerMessage(3205, LogLevel.Warning, "{Store} does not let us keep rollups for their time ({Error}). Run on it: {Statement}")]
    public static partial void PolicyNotCreated(ILogger logger, string store, string error, string statement);

    [LoggerMessage(3206, LogLevel.Warning, "{Store} refused {Count} rows of rollups, the first with: {Reason}")]
    public static partial void Refused(ILogger logger, string store, int count, string reason);

    [LoggerMessage(3207, LogLevel.Information, "{Hour:u} of {Sector} keeps its rollups for {Count} series, of which the store has fewer readings now than were rolled up")]
    public static partial void Kept(ILogger logger, DateTimeOffset hour, string sector, int count);
}
