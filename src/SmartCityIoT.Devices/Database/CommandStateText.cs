using SmartCityIoT.Devices.Downlink;

namespace SmartCityIoT.Devices.Database;

/// <summary>Where a command stands, as it is written in the database and on the API.</summary>
internal static class CommandStateText
{
    private static readonly CommandState[] All = Enum.GetValues<CommandState>();

    public static string Format(CommandState state) => state switch
    {
        CommandState.Waiting => "waiting",
        CommandState.Sent => "sent",
        CommandState.Delivered => "delivered",
        CommandState.Done => "done",
        CommandState.Refused => "refused",
        CommandState.Failed => "failed",
        CommandState.Unsupported => "unsupported",
        CommandState.Expired => "expired",
        CommandState.Cancelled => "cancelled",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static CommandState Parse(string text)
    {
        foreach (var state in All)
        {
            if (Format(state) == text) return state;
        }

        throw new FormatException($"'{text}' is not the state of a command");
    }
}
