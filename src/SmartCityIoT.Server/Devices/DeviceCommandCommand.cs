using System.CommandLine;
using System.Globalization;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Devices.Provisioning;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Server.Devices;

/// <summary>
/// <c>smartcity device command ID report-now|set-interval|…</c>: puts a command into the device's queue, which a running server empties
/// within a second when the device is there.
/// </summary>
internal static class DeviceCommandCommand
{
    public static Command Create(Func<ParseResult, DeviceCommandContext> open)
    {
        var id = new Argument<string>("ID") { Description = "The device: 16 hex digits" };
        var what = new Argument<string>("COMMAND") { Description = string.Join(", ", Names) };
        var seconds = new Option<int?>("--seconds") { Description = "Of set-interval and identify", HelpName = "SECONDS" };
        var percent = new Option<int?>("--percent") { Description = "Of set-dim-level: 0 to 100", HelpName = "PERCENT" };
        var minutes = new Option<int?>("--minutes") { Description = "Of set-dim-level (default 0: until changed)", HelpName = "MINUTES" };
        var steps = new Option<string?>("--steps") { Description = "Of set-schedule, apart by commas", HelpName = "HH:MM=PERCENT,…" };
        var lifetime = new Option<int?>("--lifetime") { Description = "How long the command is good (default: a day)", HelpName = "SECONDS" };
        var command = new Command("command", "Give a device a command, which waits until the device takes it") { id, what, seconds, percent, minutes, steps, lifetime };
        command.SetWork(open, async (parsed, services, cancellation) =>
        {
            var device = RegistryCommand.Device("id", parsed.GetValue(id));
            var asked = parsed.GetValue(what) switch
            {
                "report-now" => DeviceCommand.ReportNow,
                "reboot" => DeviceCommand.Reboot,
                "set-interval" => DeviceCommand.SetInterval(Within("seconds", parsed.GetValue(seconds), 1, DeviceCommand.MaxSeconds)),
                "identify" => DeviceCommand.Identify(Within("seconds", parsed.GetValue(seconds), 1, DeviceCommand.MaxSeconds)),
                "set-clock" => DeviceCommand.SetClock(services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeMilliseconds()),
                "set-dim-level" => DeviceCommand.SetDimLevel(
                    Within("percent", parsed.GetValue(percent), 0, DeviceCommand.MaxPercent), Within("minutes", parsed.GetValue(minutes) ?? 0, 0, DeviceCommand.MaxMinutes)),
                "set-schedule" => Schedule(parsed.GetValue(steps)),
                var other => throw new DeviceInputException("command", $"command '{other}' is none of {string.Join(", ", Names)}"),
            };
            var lasts = parsed.GetValue(lifetime) is { } given ? TimeSpan.FromSeconds(given) : (TimeSpan?)null;
            var queued = await services.GetRequiredService<DownlinkQueue>().EnqueueAsync(device, asked, lasts, RegistryCommand.Actor, cancellation).ConfigureAwait(false);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"Command {queued.Number} waits until {queued.ExpiresAt:yyyy-MM-ddTHH:mm:ssZ}")).ConfigureAwait(false);
        });
        return command;
    }

    private static string[] Names { get; } = ["report-now", "set-interval", "set-clock", "identify", "reboot", "set-dim-level", "set-schedule"];

    private static int Within(string name, int? value, int least, int most) => value >= least && value <= most
        ? value.Value
        : throw new DeviceInputException(name, $"--{name} must be a whole number from {least} to {most}");

    /// <summary>"18:00=100,22:30=50": from that time of the day on, that level.</summary>
    private static DeviceCommand Schedule(string? text)
    {
        try
        {
            return DeviceCommand.SetSchedule([.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Step)]);
        }
        catch (Exception wrong) when (wrong is ArgumentOutOfRangeException or FormatException)
        {
            throw new DeviceInputException("steps", "--steps must be times of the day, each later than the one before, with 0 to 100 percent: 18:00=100,22:30=50");
        }
    }

    private static ScheduleStep Step(string text)
    {
        var parts = text.Split('=');
        if (parts.Length != 2) throw new FormatException();
        var at = TimeOnly.ParseExact(parts[0], "H:mm", CultureInfo.InvariantCulture);
        return new ScheduleStep((at.Hour * 60) + at.Minute, int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
