using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Devices.Downlink;

/// <summary>What commands are called in the database, in the audit trail and on the API.</summary>
public static class CommandName
{
    public static string Of(CommandKind kind) => kind switch
    {
        CommandKind.SetInterval => "setInterval",
        CommandKind.SetClock => "setClock",
        CommandKind.Identify => "identify",
        CommandKind.Reboot => "reboot",
        CommandKind.ReportNow => "reportNow",
        CommandKind.SetDimLevel => "setDimLevel",
        CommandKind.SetSchedule => "setSchedule",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
