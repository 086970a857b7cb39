using SmartCityIoT.Dashboard.Problems;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Dashboard.Api.Devices;

/// <summary>Makes a command of a request's members; what is missing, too much or out of range is a 400 that names the member.</summary>
internal static class CommandReader
{
    private const string Known = "reportNow, setInterval, setClock, identify, reboot, setDimLevel, setSchedule";

    public static DeviceCommand Read(NewCommandBody body, TimeProvider time)
    {
        var command = body.Command switch
        {
            null => throw new BadParameterException("command", $"it is missing: one of {Known}."),
            "reportNow" => DeviceCommand.ReportNow,
            "reboot" => DeviceCommand.Reboot,
            "setInterval" => DeviceCommand.SetInterval(Within("seconds", body.Seconds, 1, DeviceCommand.MaxSeconds)),
            "identify" => DeviceCommand.Identify(Within("seconds", body.Seconds, 1, DeviceCommand.MaxSeconds)),
            "setClock" => DeviceCommand.SetClock(Within("time", body.Time ?? time.GetUtcNow().ToUnixTimeMilliseconds(), 0, CommandLayout.MaxTime)),
            "setDimLevel" => DeviceCommand.SetDimLevel(
                Within("percent", body.Percent, 0, DeviceCommand.MaxPercent), Within("minutes", body.Minutes ?? 0, 0, DeviceCommand.MaxMinutes)),
            "setSchedule" => Schedule(body.Steps),
            _ => throw new BadParameterException("command", $"\"{body.Command}\" is none of {Known}."),
        };
        RefuseOthers(body, command.Kind);
        return command;
    }

    private static DeviceCommand Schedule(IReadOnlyList<ScheduleStepView>? steps)
    {
        try
        {
            return DeviceCommand.SetSchedule([.. (steps ?? []).Select(step => step is null ? new ScheduleStep(-1, 0) : new ScheduleStep(step.Minute, step.Percent))]);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new BadParameterException(
                "steps", $"they must be 1 to {CommandLayout.MaxSteps}, each with a minute of the day later than the one before and 0 to 100 percent.");
        }
    }

    /// <summary>A member that the command does not take was meant for something: "seconds" of a reboot is no delay.</summary>
    private static void RefuseOthers(NewCommandBody body, CommandKind kind)
    {
        Refuse("seconds", body.Seconds, kind is CommandKind.SetInterval or CommandKind.Identify);
        Refuse("time", body.Time, kind == CommandKind.SetClock);
        Refuse("percent", body.Percent, kind == CommandKind.SetDimLevel);
        Refuse("minutes", body.Minutes, kind == CommandKind.SetDimLevel);
        Refuse("steps", body.Steps, kind == CommandKind.SetSchedule);

        void Refuse(string name, object? value, bool isTaken)
        {
            if (value is not null && !isTaken) throw new BadParameterException(name, $"{body.Command} does not take it.");
        }
    }

    private static int Within(string name, int? value, int least, int most) => (int)Within(name, (long?)value, least, most);

    private static long Within(string name, long? value, long least, long most) => value >= least && value <= most
        ? value.Value
        : throw new BadParameterException(name, $"it must be a whole number from {least} to {most}.");
}
