using System.Buffers.Binary;

namespace SmartCityIoT.Telemetry.Commands;

/// <summary>What a device is asked to do, with arguments that are within their limits. Immutable.</summary>
public sealed class DeviceCommand
{
    public const int MaxSeconds = ushort.MaxValue;
    public const int MaxMinutes = ushort.MaxValue;
    public const int MaxPercent = 100;

    private readonly byte[] arguments;

    private DeviceCommand(CommandKind kind, byte[] arguments)
    {
        Kind = kind;
        this.arguments = arguments;
    }

    public static DeviceCommand Reboot { get; } = new(CommandKind.Reboot, []);

    public static DeviceCommand ReportNow { get; } = new(CommandKind.ReportNow, []);

    public CommandKind Kind { get; }

    /// <summary>The arguments as they stand in the frame.</summary>
    public ReadOnlySpan<byte> Arguments => arguments;

    /// <param name="seconds">1 to 65,535.</param>
    public static DeviceCommand SetInterval(int seconds) => new(CommandKind.SetInterval, Word(seconds, 1, MaxSeconds, nameof(seconds)));

    /// <param name="time">Unix ms, 0 to <see cref="CommandLayout.MaxTime"/>.</param>
    public static DeviceCommand SetClock(long time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, CommandLayout.MaxTime);
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, time);
        return new(CommandKind.SetClock, bytes[..6]);
    }

    /// <param name="seconds">1 to 65,535.</param>
    public static DeviceCommand Identify(int seconds) => new(CommandKind.Identify, Word(seconds, 1, MaxSeconds, nameof(seconds)));

    /// <param name="percent">0 to 100.</param>
    /// <param name="minutes">1 to 65,535, or 0: until changed.</param>
    public static DeviceCommand SetDimLevel(int percent, int minutes)
    {
        Require(percent, 0, MaxPercent, nameof(percent));
        return new(CommandKind.SetDimLevel, [(byte)percent, .. Word(minutes, 0, MaxMinutes, nameof(minutes))]);
    }

    /// <param name="steps">1 to 255, each at a later minute than the one before.</param>
    public static DeviceCommand SetSchedule(IReadOnlyList<ScheduleStep> steps)
    {
        Require(steps.Count, 1, CommandLayout.MaxSteps, nameof(steps));
        var bytes = new byte[1 + (steps.Count * CommandLayout.StepLength)];
        bytes[0] = (byte)steps.Count;
        var earliest = 0;
        for (var index = 0; index < steps.Count; index++)
        {
            var step = steps[index];
            Require(step.Minute, earliest, CommandLayout.MinutesOfDay - 1, nameof(steps));
            Require(step.Percent, 0, MaxPercent, nameof(steps));
            earliest = step.Minute + 1;
            var at = bytes.AsSpan(1 + (index * CommandLayout.StepLength));
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)step.Minute);
            at[2] = (byte)step.Percent;
        }

        return new(CommandKind.SetSchedule, bytes);
    }

    public override string ToString() => Kind.ToString();

    private static byte[] Word(int value, int least, int most, string name)
    {
        Require(value, least, most, name);
        return [(byte)value, (byte)(value >> 8)];
    }

    private static void Require(int value, int least, int most, string name)
    {
        if (value < least || value > most) throw new ArgumentOutOfRangeException(name, value, $"must be {least} to {most}");
    }
}
