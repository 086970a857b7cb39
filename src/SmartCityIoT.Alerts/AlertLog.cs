using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Alerts;

/// <summary>What the alert room logs: event ids 7000 to 7099.</summary>
internal static partial class AlertLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Error, Message = "{Path} is damaged ({Reason}); it is kept as {Aside}, and a new one starts")]
    public static partial void SetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(
        EventId = 7002,
        Level = LogLevel.Information,
        Message = "{Count} rules watch; {Open} alerts are open; the live consumer goes on after position {Position}")]
    public static partial void Loaded(ILogger logger, int count, int open, long position);

    [LoggerMessage(EventId = 7003, Level = LogLevel.Warning, Message = "The platform raised {Rule}: {Detail}")]
    public static partial void PlatformRaised(ILogger logger, string rule, string? detail);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Information, Message = "The platform cleared {Rule}")]
    public static partial void PlatformCleared(ILogger logger, string rule);
}
