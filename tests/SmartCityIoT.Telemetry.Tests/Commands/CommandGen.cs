using CsCheck;
using SmartCityIoT.Telemetry.Commands;

namespace SmartCityIoT.Telemetry.Tests.Commands;

internal static class CommandGen
{
    public static Gen<CommandHeader> Header { get; } = Gen.Select(
        Gen.UInt, Gen.ULong, Gen.Long[0, CommandLayout.MaxTime], (id, device, expires) => new CommandHeader(id, device, expires));

    /// <summary>Minutes grow, as a schedule demands; dim levels are what they are.</summary>
    public static Gen<ScheduleStep[]> Steps { get; } = Gen.Select(
        Gen.Int[0, CommandLayout.MinutesOfDay - 1].HashSet[1, CommandLayout.MaxSteps], Gen.Int[0, 100].Array[CommandLayout.MaxSteps],
        (minutes, percents) => minutes.Order().Select((minute, index) => new ScheduleStep(minute, percents[index])).ToArray());

    public static Gen<DeviceCommand> Command { get; } = Gen.OneOf(
        Gen.Int[1, 65_535].Select(DeviceCommand.SetInterval),
        Gen.Long[0, CommandLayout.MaxTime].Select(DeviceCommand.SetClock),
        Gen.Int[1, 65_535].Select(DeviceCommand.Identify),
        Gen.Const(DeviceCommand.Reboot),
        Gen.Const(DeviceCommand.ReportNow),
        Gen.Select(Gen.Int[0, 100], Gen.Int[0, 65_535], DeviceCommand.SetDimLevel),
        Steps.Select(steps => DeviceCommand.SetSchedule(steps)));

    /// <summary>A command key, or none.</summary>
    public static Gen<byte[]> Key { get; } = Gen.OneOf(Gen.Const(Array.Empty<byte>()), Gen.Byte.Array[32]);

    public static byte[] Encode(in CommandHeader header, DeviceCommand command, byte[] key)
    {
        var bytes = new byte[CommandLayout.MaxLength];
        Assert.True(CommandEncoder.TryEncode(header, command, key, bytes, out var written));
        return bytes[..written];
    }
}
