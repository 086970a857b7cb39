using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Influx;

/// <summary>Log lines of the InfluxDB store: events 3100 to 3199.</summary>
internal static partial class InfluxLog
{
    [LoggerMessage(3100, LogLevel.Warning, "{Store} does not take telemetry: {Error} {Remedy}")]
    public static partial void Down(ILogger logger, string store, string error, string remedy);

    [LoggerMessage(3101, LogLevel.Information, "{Store} takes telemetry again after {Seconds} s")]
    public static partial void Up(ILogger logger, string store, long seconds);

    [LoggerMessage(3102, LogLevel.Information, "{Store} is there, with database {Database}")]
    public static partial void DatabaseReady(ILogger logger, string store, string database);

    [LoggerMessage(3103, LogLevel.Warning, "{Store} could not be set up as the options say ({Error}). {Remedy}")]
    public static partial void NotSetUp(ILogger logger, string store, string error, string remedy);

    [LoggerMessage(3104, LogLevel.Warning, "{Store} refused {Count} of {Points} points, the first with: {Reason}")]
    public static partial void Refused(ILogger logger, string store, int count, int points, string reason);

    [LoggerMessage(3105, LogLevel.Warning, "{Store} finds requests of {Bytes} bytes too large; from here on they have {Limit} at most")]
    public static partial void Halved(ILogger logger, string store, int bytes, int limit);

    [LoggerMessage(3106, LogLevel.Warning, "{Store}: {What}")]
    public static partial void Warning(ILogger logger, string store, string what);
}
