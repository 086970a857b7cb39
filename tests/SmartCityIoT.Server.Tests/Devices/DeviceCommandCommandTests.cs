using Microsoft.Extensions.DependencyInjection;
using SmartCityIoT.Devices.Downlink;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Server.Tests.Devices;

public sealed class DeviceCommandCommandTests : IDisposable
{
    private const string Id = RegistryCommandLine.Id;
    private readonly RegistryCommandLine line = new();

    [Theory]
    [InlineData(CommandKind.ReportNow, "", "report-now")]
    [InlineData(CommandKind.Reboot, "", "reboot")]
    [InlineData(CommandKind.SetInterval, "3c00", "set-interval", "--seconds", "60")]
    [InlineData(CommandKind.Identify, "0a00", "identify", "--seconds", "10")]
    [InlineData(CommandKind.SetDimLevel, "230000", "set-dim-level", "--percent", "35")]
    [InlineData(CommandKind.SetDimLevel, "235802", "set-dim-level", "--percent", "35", "--minutes", "600")]
    [InlineData(CommandKind.SetSchedule, "023804643a0532", "set-schedule", "--steps", "18:00=100, 22:18=50")]
    public async Task A_command_waits_in_the_queue(CommandKind kind, string arguments, params string[] args)
    {
        await line.AddDeviceAsync();
        var output = await line.OutputAsync(["device", "command", Id, .. args]);

        Assert.StartsWith("Command 1 waits until ", output, StringComparison.Ordinal);
        await using var rooms = await line.OpenRoomsAsync();
        var waiting = Assert.Single(await rooms.GetRequiredService<DownlinkQueue>().WaitingAsync(RegistryCommandLine.Device, 0, 10, CancellationToken.None));
        Check(waiting.Frame.Span, kind, arguments);
    }

    [Fact]
    public async Task A_clock_is_set_to_the_time_of_the_command_and_its_lifetime_is_short()
    {
        await line.AddDeviceAsync();
        var before = TimeProvider.System.GetUtcNow();
        await line.OutputAsync("device", "command", Id, "set-clock", "--lifetime", "20");

        await using var rooms = await line.OpenRoomsAsync();
        var waiting = Assert.Single(await rooms.GetRequiredService<DownlinkQueue>().WaitingAsync(RegistryCommandLine.Device, 0, 10, CancellationToken.None));
        CommandDecoder.TryDecode(waiting.Frame.Span, out var frame);
        Assert.InRange(frame.Time, before.ToUnixTimeMilliseconds(), waiting.ExpiresAt.ToUnixTimeMilliseconds() - 20_000);
    }

    [Theory]
    [InlineData("smartcity: --seconds must be a whole number from 1 to 65535", Id, "set-interval")]
    [InlineData("smartcity: --seconds must be a whole number from 1 to 65535", Id, "identify", "--seconds", "65536")]
    [InlineData("smartcity: --percent must be a whole number from 0 to 100", Id, "set-dim-level", "--percent", "101")]
    [InlineData("smartcity: --steps must be times of the day, each later than the one before, with 0 to 100 percent: 18:00=100,22:30=50", Id, "set-schedule", "--steps", "22:30=1,18:00=2")]
    [InlineData("smartcity: --steps must be times of the day, each later than the one before, with 0 to 100 percent: 18:00=100,22:30=50", Id, "set-schedule", "--steps", "24:00=1")]
    [InlineData("smartcity: --steps must be times of the day, each later than the one before, with 0 to 100 percent: 18:00=100,22:30=50", Id, "set-schedule")]
    [InlineData("smartcity: command 'explode' is none of report-now, set-interval, set-clock, identify, reboot, set-dim-level, set-schedule", Id, "explode")]
    [InlineData("smartcity: lifetimeSeconds of reboot must be 1 to 2592000", Id, "reboot", "--lifetime", "0")]
    [InlineData("smartcity: device 70b3d57ed0001003 is not provisioned", "70b3d57ed0001003", "reboot")]
    [InlineData("smartcity: id must be 16 hex digits, which '12' is not", "12", "reboot")]
    public async Task What_is_wrong_is_said_in_one_line(string expected, params string[] args)
    {
        await line.AddDeviceAsync();
        var (code, output, error) = await line.RunAsync(["device", "command", .. args]);

        Assert.Equal((1, "", expected), (code, output, error.TrimEnd()));
    }

    public void Dispose() => line.Dispose();

    private static void Check(ReadOnlySpan<byte> bytes, CommandKind kind, string arguments)
    {
        Assert.Equal(CommandStatus.Ok, CommandDecoder.TryDecode(bytes, out var frame));
        Assert.Equal((kind, arguments), (frame.Kind, Convert.ToHexStringLower(frame.Arguments)));
    }
}
