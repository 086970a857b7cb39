using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Storage.Ledger;

/// <summary>Log lines of the ledger, events 4100 to 4149.</summary>
internal static partial class LedgerLog
{
    [LoggerMessage(4100, LogLevel.Error, "The ledger {Path} was damaged ({Reason}) and is kept as {Aside}; a new one starts empty, without the old balance and dead letters")]
    public static partial void SetAside(ILogger logger, string path, string reason, string aside);
}
