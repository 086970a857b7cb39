using System.Net;
using Microsoft.Extensions.Logging;

namespace SmartCityIoT.Ingestion.Receive.Listen;

/// <summary>Log lines of the guard, events 3150 to 3159.</summary>
internal static partial class PacketGuardLog
{
    // Anyone who reaches the port can cause this line: it stays below what is written by default, the counter tells.
    [LoggerMessage(3150, LogLevel.Debug, "Connection from {Remote} closed: {Reason}")]
    public static partial void Closed(ILogger logger, EndPoint? remote, string reason);
}
