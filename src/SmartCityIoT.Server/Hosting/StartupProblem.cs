using System.Data.Common;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using SmartCityIoT.Alerts.Rules;
using SmartCityIoT.Alerts.Store;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Ingestion;
using SmartCityIoT.Journal;
using SmartCityIoT.Telemetry.Sectors;

namespace SmartCityIoT.Server.Hosting;

/// <summary>The platform cannot start; the message is one line that says what, where and what to do.</summary>
internal sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Tells the problems that a person can mend, in one line each, from defects of the program.</summary>
internal static class StartupProblem
{
    /// <summary>One line, or null for what only a stack trace explains.</summary>
    public static string? Describe(Exception problem) => problem switch
    {
        StartupException or JournalUnavailableException or EndpointUnavailableException or SectorPackException
            or DevicesUnavailableException or AlertStoreUnavailableException or RuleFileException => problem.Message,
        InvalidDataException unreadable => unreadable.InnerException is { } inner && !unreadable.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{unreadable.Message} {inner.Message}"
            : unreadable.Message,
        DbException database => $"a database of the data directory cannot be used: {database.Message}",
        OptionsValidationException invalid => string.Join(" ", invalid.Failures),
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } badValue => badValue.Message + " " + badValue.InnerException!.Message,
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        IOException { InnerException: AddressInUseException } inUse =>
            $"cannot listen for HTTP: {inUse.Message} Stop what holds the port, or choose another with --urls.",
        IOException or UnauthorizedAccessException => problem.Message,
        _ => null,
    };
}
